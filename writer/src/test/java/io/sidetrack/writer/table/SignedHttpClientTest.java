package io.sidetrack.writer.table;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.sidetrack.common.log.ProblemLog;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.http.crt.AwsCrtAsyncHttpClient;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;
import software.amazon.awssdk.identity.spi.IdentityProvider;
import software.amazon.awssdk.identity.spi.ResolveIdentityRequest;

/**
 * Requests arrive with a correct signature. DynamoDB Local does not verify signatures, so this test computes them again by the
 * rules of Signature Version 4.
 */
class SignedHttpClientTest {
    private static final String SECRET = "secret";
    private static final Pattern AUTHORIZATION = Pattern.compile(
            "AWS4-HMAC-SHA256 Credential=key/20260501/eu-central-1/dynamodb/aws4_request, ?SignedHeaders=([^,]+), ?"
                    + "Signature=([0-9a-f]{64})");

    private final AtomicReference<String> verdict = new AtomicReference<>("nothing came");
    private final SdkAsyncHttpClient http = AwsCrtAsyncHttpClient.builder().build();
    private HttpServer server;

    @BeforeEach
    void listen() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::judge);
        server.start();
    }

    @AfterEach
    void close() {
        server.stop(0);
        http.close();
    }

    @Test
    void callsAreSignedAndArriveWhole() throws Exception {
        byte[] body = "{\"RequestItems\":{\"t\":[\u00e4]}}".repeat(1000).getBytes(UTF_8);
        SdkHttpRequest endpoint = SdkHttpRequest.builder()
                .method(SdkHttpMethod.POST)
                .protocol("http")
                .host("localhost")
                .port(server.getAddress().getPort())
                .encodedPath("/")
                .putHeader("User-Agent", "the SDK's own")
                .build();
        CredentialsCache credentials = new CredentialsCache(
                new Credentials(),
                Clock.systemUTC(),
                Duration.ofSeconds(10),
                new ProblemLog(LoggerFactory.getLogger(getClass()), System::nanoTime, Duration.ofMinutes(1)));
        SignedHttpClient calls = new SignedHttpClient(
                http,
                credentials,
                "eu-central-1",
                new ServerClock(Clock.fixed(Instant.parse("2026-05-01T12:00:00Z"), ZoneOffset.UTC)),
                endpoint,
                Operation.BATCH_WRITE_ITEM);
        SignedResponse answer = calls.post(body).get(20, TimeUnit.SECONDS);
        assertThat(verdict.get()).isEqualTo("right");
        assertThat(answer.isOk()).isTrue();
        assertThat(answer.body()).isEqualTo(body);
        assertThat(answer.date()).isPresent();
    }

    private static final class Credentials implements IdentityProvider<AwsCredentialsIdentity> {
        @Override
        public Class<AwsCredentialsIdentity> identityType() {
            return AwsCredentialsIdentity.class;
        }

        @Override
        public CompletableFuture<AwsCredentialsIdentity> resolveIdentity(ResolveIdentityRequest request) {
            return CompletableFuture.completedFuture(AwsSessionCredentialsIdentity.create("key", SECRET, "token"));
        }
    }

    private void judge(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        try {
            verdict.set(verdictOn(exchange, body));
        } catch (GeneralSecurityException e) {
            verdict.set(e.toString());
        }
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private static String verdictOn(HttpExchange exchange, byte[] body) throws GeneralSecurityException {
        Matcher authorization = AUTHORIZATION.matcher(header(exchange, "Authorization"));
        if (!authorization.matches()) {
            return header(exchange, "Authorization");
        }
        List<String> signed = List.of(authorization.group(1).split(";", -1));
        if (!signed.containsAll(List.of("host", "x-amz-date", "x-amz-target", "x-amz-security-token"))) {
            return "signed are only " + signed;
        }
        if (!header(exchange, "X-Amz-Target").equals("DynamoDB_20120810.BatchWriteItem")
                || !header(exchange, "User-Agent").equals("the SDK's own")) {
            return "headers are missing";
        }
        StringBuilder canonical = new StringBuilder("POST\n/\n\n");
        for (String name : signed) {
            canonical
                    .append(name)
                    .append(':')
                    .append(header(exchange, name).trim())
                    .append('\n');
        }
        canonical.append('\n').append(authorization.group(1)).append('\n').append(sha256(body));
        String toSign = "AWS4-HMAC-SHA256\n20260501T120000Z\n20260501/eu-central-1/dynamodb/aws4_request\n"
                + sha256(canonical.toString().getBytes(UTF_8));
        byte[] key = ("AWS4" + SECRET).getBytes(UTF_8);
        for (String part : List.of("20260501", "eu-central-1", "dynamodb", "aws4_request", toSign)) {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            key = mac.doFinal(part.getBytes(UTF_8));
        }
        return HexFormat.of().formatHex(key).equals(authorization.group(2)) ? "right" : "wrong:\n" + canonical;
    }

    private static String header(HttpExchange exchange, String name) {
        return String.valueOf(exchange.getRequestHeaders().getFirst(name));
    }

    private static String sha256(byte[] bytes) throws GeneralSecurityException {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }
}
