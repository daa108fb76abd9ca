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
 * Sends the calls of one DynamoDB operation, with bodies that are already JSON. Uses the SDK for credentials, signatures and
 * HTTP, but not for its conversion between objects and JSON and its request pipeline, which together cost more CPU than
 * everything else in a batch. Thread-safe.
 */
final class SignedHttpClient implements Transport {
    private static final String SERVICE = "dynamodb";

    private final SdkAsyncHttpClient http;
    private final AwsV4HttpSigner signer = AwsV4HttpSigner.create();
    private final CredentialsCache credentials;
    private final String region;
    private final ServerClock clock;
    private final Operation operation;
    private final SdkHttpRequest.Builder unsigned;

    /**
     * @param endpoint a request that the SDK itself has sent to the same endpoint
     */
    SignedHttpClient(
            SdkAsyncHttpClient http,
            CredentialsCache credentials,
            String region,
            ServerClock clock,
            SdkHttpRequest endpoint,
            Operation operation) {
        this.http = http;
        this.credentials = credentials;
        this.region = region;
        this.clock = clock;
        this.operation = operation;
        this.unsigned = SdkHttpRequest.builder()
                .method(SdkHttpMethod.POST)
                .protocol(endpoint.protocol())
                .host(endpoint.host())
                .port(endpoint.port())
                .encodedPath(endpoint.encodedPath())
                .putHeader("Content-Type", "application/x-amz-json-1.0")
                .putHeader("X-Amz-Target", "DynamoDB_20120810." + operation.code());
        endpoint.firstMatchingHeader("User-Agent").ifPresent(agent -> unsigned.putHeader("User-Agent", agent));
    }

    @Override
    public CompletableFuture<SignedResponse> post(byte[] body) {
        CompletableFuture<SignedResponse> response = new CompletableFuture<>();
        var unused = credentials.current().whenComplete((identity, failure) -> {
            if (failure != null) {
                response.completeExceptionally(failure);
            } else if (!response.isDone()) {
                // A call that was given up in the meantime must not be sent.
                send(body, identity, response);
            }
        });
        return response;
    }

    @Override
    public void rejected(AwsCredentialsIdentity signer) {
        credentials.rejected(signer);
    }

    private void send(byte[] body, AwsCredentialsIdentity identity, CompletableFuture<SignedResponse> response) {
        try {
            ResponseCollector collector =
                    new ResponseCollector(identity, operation.maxResponseBytes(body.length), response);
            CompletableFuture<Void> sent = http.execute(AsyncExecuteRequest.builder()
                    .request(signed(body, identity))
                    .requestContentPublisher(new RequestContent(body))
                    .responseHandler(collector)
                    .fullDuplex(false)
                    .build());
            var unused = response.whenComplete((any, failure) -> {
                if (failure != null) {
                    sent.cancel(true);
                }
            });
        } catch (RuntimeException | Error e) {
            response.completeExceptionally(e);
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
