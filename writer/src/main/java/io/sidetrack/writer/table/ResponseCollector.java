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

/** Takes in one answer as the HTTP client hands it over, in pieces. Called by one thread after another, never by two. */
final class ResponseCollector implements SdkAsyncHttpResponseHandler, Subscriber<ByteBuffer> {
    private final CompletableFuture<SignedResponse> answer;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream(128);
    private final AwsCredentialsIdentity signer;
    private SdkHttpResponse head;

    /**
     * @param signer the credentials that the call was signed with
     * @param answer completed with the whole answer, or exceptionally if there will be none
     */
    ResponseCollector(AwsCredentialsIdentity signer, CompletableFuture<SignedResponse> answer) {
        this.signer = signer;
        this.answer = answer;
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
            answer.completeExceptionally(new IOException("a body without a status"));
        } else {
            answer.complete(new SignedResponse(
                    head.statusCode(), body.toByteArray(), head.firstMatchingHeader("Date"), signer));
        }
    }

    @Override
    public void onError(Throwable failure) {
        answer.completeExceptionally(failure);
    }
}
