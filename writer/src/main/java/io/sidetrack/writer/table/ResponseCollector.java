package io.sidetrack.writer.table;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.http.async.SdkAsyncHttpResponseHandler;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/** Collects the pieces of one response. The HTTP client calls it on different threads, but never concurrently. */
final class ResponseCollector implements SdkAsyncHttpResponseHandler, Subscriber<ByteBuffer> {
    private final CompletableFuture<SignedResponse> response;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream(128);
    private final AwsCredentialsIdentity signer;
    private SdkHttpResponse head;

    /**
     * @param signer the credentials that the call was signed with
     * @param response completed with the whole response, or exceptionally if there is none
     */
    ResponseCollector(AwsCredentialsIdentity signer, CompletableFuture<SignedResponse> response) {
        this.signer = signer;
        this.response = response;
    }

    @Override
    public void onHeaders(SdkHttpResponse headers) {
        head = headers;
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
        byte[] bytes = new byte[piece.remaining()];
        piece.get(bytes);
        body.writeBytes(bytes);
    }

    @Override
    public void onComplete() {
        if (head == null) {
            response.completeExceptionally(new IOException("a body without a status"));
        } else {
            response.complete(new SignedResponse(
                    head.statusCode(), body.toByteArray(), head.firstMatchingHeader("Date"), signer));
        }
    }

    @Override
    public void onError(Throwable failure) {
        response.completeExceptionally(failure);
    }
}
