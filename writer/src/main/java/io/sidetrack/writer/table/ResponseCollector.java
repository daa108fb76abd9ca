package io.sidetrack.writer.table;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.http.async.SdkAsyncHttpResponseHandler;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/**
 * Collects the pieces of one response, up to a limit of bytes. The HTTP client calls it on different threads, but never
 * concurrently.
 */
final class ResponseCollector implements SdkAsyncHttpResponseHandler, Subscriber<ByteBuffer> {
    private static final int FIRST_BYTES = 256;
    private static final Pattern LENGTH = Pattern.compile("[0-9]{1,9}");

    private final CompletableFuture<SignedResponse> response;
    private final AwsCredentialsIdentity signer;
    private final int maxBytes;
    private SdkHttpResponse head;
    private byte[] body = new byte[FIRST_BYTES];
    private int length;

    /**
     * @param signer the credentials that the call was signed with
     * @param maxBytes the limit of the body's length
     * @param response completed with the whole response, or exceptionally if there is none, or if it is too large
     */
    ResponseCollector(AwsCredentialsIdentity signer, int maxBytes, CompletableFuture<SignedResponse> response) {
        this.signer = signer;
        this.maxBytes = maxBytes;
        this.response = response;
    }

    @Override
    public void onHeaders(SdkHttpResponse headers) {
        head = headers;
        // The whole array at once, so that the body needs no second one while it grows.
        headers.firstMatchingHeader("Content-Length")
                .filter(text -> LENGTH.matcher(text).matches())
                .map(Integer::parseInt)
                .filter(announced -> announced <= maxBytes)
                .ifPresent(announced -> body = new byte[announced]);
    }

    @Override
    public void onStream(Publisher<ByteBuffer> stream) {
        stream.subscribe(this);
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(ByteBuffer piece) {
        int more = piece.remaining();
        if (more > maxBytes - length) {
            // Completing it abandons the call; further pieces are dropped here.
            response.completeExceptionally(new ResponseTooLargeException(maxBytes));
            return;
        }
        if (more > body.length - length) {
            body = Arrays.copyOf(body, Math.min(maxBytes, Math.max(length + more, 2 * body.length)));
        }
        piece.get(body, length, more);
        length += more;
    }

    @Override
    public void onComplete() {
        if (head == null) {
            response.completeExceptionally(new IOException("a body without a status"));
        } else {
            response.complete(new SignedResponse(
                    head.statusCode(),
                    length == body.length ? body : Arrays.copyOf(body, length),
                    head.firstMatchingHeader("Date"),
                    signer));
        }
    }

    @Override
    public void onError(Throwable failure) {
        response.completeExceptionally(failure);
    }
}
