package io.sidetrack.writer.table;

import java.io.ByteArrayInputStream;
import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.async.AsyncExecuteRequest;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/**
 * Calls of one operation of DynamoDB, with bodies that are JSON already. Credentials, signature and HTTP are the SDK's;
 * what is left out is its way from objects to JSON and back, and the pipeline around it, which together cost more than
 * all the rest of a batch. Thread-safe.
 */
final class SignedHttpClient implements Transport {
    private static final String SERVICE = "dynamodb";

    private final SdkAsyncHttpClient http;
    private final AwsV4HttpSigner signer = AwsV4HttpSigner.create();
    private final CredentialsCache credentials;
    private final String region;
    private final ServerClock clock;
    private final SdkHttpRequest.Builder unsigned;

    /**
     * @param endpoint a request of the SDK's own to the same endpoint
     * @param operation such as {@code BatchWriteItem}
     */
    SignedHttpClient(
            SdkAsyncHttpClient http,
            CredentialsCache credentials,
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

    @Override
    public CompletableFuture<SignedResponse> post(byte[] body) {
        CompletableFuture<SignedResponse> answer = new CompletableFuture<>();
        var unused = credentials.current().whenComplete((identity, failure) -> {
            if (failure != null) {
                answer.completeExceptionally(failure);
            } else if (!answer.isDone()) {
                // Who gave the call up meanwhile must not have it sent.
                send(body, identity, answer);
            }
        });
        return answer;
    }

    @Override
    public void rejected(AwsCredentialsIdentity signer) {
        credentials.rejected(signer);
    }

    private void send(byte[] body, AwsCredentialsIdentity identity, CompletableFuture<SignedResponse> answer) {
        try {
            ResponseCollector collector = new ResponseCollector(identity, answer);
            CompletableFuture<Void> sent = http.execute(AsyncExecuteRequest.builder()
                    .request(signed(body, identity))
                    .requestContentPublisher(new RequestContent(body))
                    .responseHandler(collector)
                    .fullDuplex(false)
                    .build());
            var unused = answer.whenComplete((any, failure) -> {
                if (failure != null) {
                    sent.cancel(true);
                }
            });
        } catch (RuntimeException | Error e) {
            answer.completeExceptionally(e);
        }
    }

    private SdkHttpRequest signed(byte[] body, AwsCredentialsIdentity identity) {
        SdkHttpRequest request = unsigned.copy()
                .putHeader("Content-Length", Integer.toString(body.length))
                .build();
        return signer.sign(sign -> sign.identity(identity)
                        .request(request)
                        .payload(() -> new ByteArrayInputStream(body))
                        .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, SERVICE)
                        .putProperty(AwsV4HttpSigner.REGION_NAME, region)
                        .putProperty(HttpSigner.SIGNING_CLOCK, clock))
                .request();
    }
}
