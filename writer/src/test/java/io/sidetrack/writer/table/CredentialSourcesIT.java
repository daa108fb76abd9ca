package io.sidetrack.writer.table;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.sidetrack.sandbox.ServiceProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sources of credentials that need an HTTP client, with only the classes in the writer's jar. */
class CredentialSourcesIT {
    private static final Duration SOON = Duration.ofMinutes(2);
    private static final String JSON = "{\"Code\":\"Success\",\"AccessKeyId\":\"%s\",\"SecretAccessKey\":\"secret\","
            + "\"Token\":\"token\",\"Expiration\":\"2099-01-01T00:00:00Z\"}";
    private static final String XML = "<AssumeRoleWithWebIdentityResponse"
            + " xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><AssumeRoleWithWebIdentityResult><Credentials>"
            + "<AccessKeyId>%s</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>token</SessionToken>"
            + "<Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleWithWebIdentityResult>"
            + "</AssumeRoleWithWebIdentityResponse>";

    @TempDir
    private Path folder;

    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void answer(String path, String body) {
        server.createContext(path, exchange -> answer(exchange, body));
    }

    private static void answer(HttpExchange exchange, String body) throws IOException {
        exchange.getRequestBody().readAllBytes();
        byte[] bytes = body.getBytes(UTF_8);
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private String endpoint() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** The access key that the SDK finds in an environment. */
    private String resolved(Map<String, String> environment) {
        Map<String, String> all = new HashMap<>(environment);
        all.put("AWS_REGION", "eu-central-1");
        all.put("HOME", folder.toString());
        String classes = Path.of("target", "sidetrack-writer.jar")
                + System.getProperty("path.separator")
                + Path.of("target", "test-classes");
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        List<String> arguments = List.of("-cp", classes, ResolvedCredentials.class.getName());
        try (ServiceProcess process = ServiceProcess.java("credentials", arguments, all, out, err)) {
            int code = process.exitCode(SOON);
            assertThat(code).as(() -> process.output() + process.errors()).isZero();
            return process.output();
        }
    }

    @Test
    void credentialsComeFromAWebIdentity() throws IOException {
        Path token = Files.writeString(folder.resolve("web-identity"), "a token");
        answer("/", XML.formatted("from-sts"));

        assertThat(resolved(Map.of(
                        "AWS_ENDPOINT_URL_STS",
                        endpoint(),
                        "AWS_EC2_METADATA_DISABLED",
                        "true",
                        "AWS_ROLE_ARN",
                        "arn:aws:iam::123456789012:role/writer",
                        "AWS_WEB_IDENTITY_TOKEN_FILE",
                        token.toString())))
                .contains("key: from-sts");
    }

    @Test
    void credentialsComeFromAContainer() {
        answer("/credentials", JSON.formatted("from-container"));

        assertThat(resolved(Map.of(
                        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
                        endpoint() + "/credentials",
                        "AWS_EC2_METADATA_DISABLED",
                        "true")))
                .contains("key: from-container");
    }

    @Test
    void credentialsComeFromAnInstance() {
        answer("/latest/api/token", "a token");
        for (String path : List.of("security-credentials", "security-credentials-extended")) {
            String base = "/latest/meta-data/iam/" + path + "/";
            answer(base, "role");
            answer(base + "role", JSON.formatted("from-instance"));
        }

        // The SDK's default of 1 s is too short for a busy machine.
        assertThat(resolved(
                        Map.of("AWS_EC2_METADATA_SERVICE_ENDPOINT", endpoint(), "AWS_METADATA_SERVICE_TIMEOUT", "30")))
                .contains("key: from-instance");
    }
}
