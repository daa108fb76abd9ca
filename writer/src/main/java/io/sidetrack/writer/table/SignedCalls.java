package io.sidetrack.writer.table;

import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.async.AsyncExecuteRequest;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.SignedRequest;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.IdentityProvider;
import software.amazon.awssdk.utils.CompletableFutureUtils;

/**
 * Calls of one operation of DynamoDB, with bodies that are JSON already. Credentials, signature and HTTP are the SDK's;
 * what is left out is its way from objects to JSON and back, and the pipeline around it, which together cost more than
 * all the rest of a batch. Thread-safe.
 */
final class SignedCalls {
    private static final String SERVICE = "dynamodb";

    private final SdkAsyncHttpClient http;
    private final AwsV4HttpSigner signer = AwsV4HttpSigner.create();
    private final IdentityProvider<? extends AwsCredentialsIdentity> credentials;
    private final String region;
    private final ServerClock clock;
    private final SdkHttpRequest.Builder unsigned;

    /**
     * @param endpoint a request of the SDK's own to the same endpoint
     * @param operation such as {@code BatchWriteItem}
     */
    SignedCalls(
            SdkAsyncHttpClient http,
            IdentityProvider<? extends AwsCredentialsIdentity> credentials,
            String region,
            ServerClock clock,
            SdkHttpRequest endpoint,
            String operation) {
        this.http = http;
        this.credentials = credentials;
        this.region = region;
        this.clock = clock;
        this.unsigned = SdkHttpRequest.builder()
                .method(SdkHttpMethod.POST)
                .protocol(endpoint.protocol())
                .host(endpoint.host())
                .port(endpoint.port())
                .encodedPath(endpoint.encodedPath())
                .putHeader("Content-Type", "application/x-amz-json-1.0")
                .putHeader("X-Amz-Target", "DynamoDB_20120810." + operation);
        endpoint.firstMatchingHeader("User-Agent").ifPresent(agent -> unsigned.putHeader("User-Agent", agent));
    }

    /**
     * Signs and sends a body.
     *
     * @return completes with any answer that has a status, on a thread of the HTTP client; completed from outside, as by a
     *     timeout, it closes the connection
     * @throws software.amazon.awssdk.core.exception.SdkClientException if there are no credentials
     */
    CompletableFuture<Answer> post(byte[] body) {
        AwsCredentialsIdentity identity = CompletableFutureUtils.joinLikeSync(credentials.resolveIdentity());
        SdkHttpRequest request = unsigned.copy()
                .putHeader("Content-Length", Integer.toString(body.length))
                .build();
        SignedRequest signed = signer.sign(sign -> sign.identity(identity)
                .request(request)
                .payload(() -> new java.io.ByteArrayInputStream(body))
                .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, SERVICE)
                .putProperty(AwsV4HttpSigner.REGION_NAME, region)
                .putProperty(HttpSigner.SIGNING_CLOCK, clock));
        AnswerCollector collector = new AnswerCollector();
        CompletableFuture<Void> sent = http.execute(AsyncExecuteRequest.builder()
                .request(signed.request())
                .requestContentPublisher(new RequestContent(body))
                .responseHandler(collector)
                .fullDuplex(false)
                .build());
        CompletableFuture<Answer> answer = collector.answer();
        var unused = answer.whenComplete((any, failure) -> {
            if (failure != null) {
                sent.cancel(true);
            }
        });
        return answer;
    }
}
