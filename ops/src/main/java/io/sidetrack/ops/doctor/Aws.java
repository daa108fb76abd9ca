package io.sidetrack.ops.doctor;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.sts.StsClient;

/** Asks AWS, with the SDK's own variables, as the writer does. */
final class Aws {
    private static final ClientOverrideConfiguration PATIENCE = ClientOverrideConfiguration.builder()
            .apiCallAttemptTimeout(Duration.ofSeconds(5))
            .apiCallTimeout(Duration.ofSeconds(10))
            .build();

    private static final List<String> ENDPOINTS =
            List.of("AWS_ENDPOINT_URL_DYNAMODB", "AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL");

    private Aws() {}

    /** What the SDK only answers with a stack trace: an endpoint that is no URL of a server. */
    static Optional<Finding> endpoint(Map<String, String> environment) {
        for (String variable : ENDPOINTS) {
            String endpoint = environment.get(variable);
            if (endpoint != null && !endpoint.isBlank() && !isHttp(endpoint.trim())) {
                return Optional.of(Finding.fail(
                        variable,
                        "is not the address of a server, so no client can be made",
                        "write it with its scheme, such as http://localhost:8000"));
            }
        }
        return Optional.empty();
    }

    private static boolean isHttp(String endpoint) {
        try {
            URI uri = new URI(endpoint);
            return ("http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme()))
                    && uri.getHost() != null;
        } catch (URISyntaxException e) {
            return false;
        }
    }

    static List<Finding> look(String table) {
        Optional<Finding> noEndpoint = endpoint(System.getenv());
        if (noEndpoint.isPresent()) {
            return List.of(noEndpoint.get());
        }
        List<Finding> findings = new ArrayList<>();
        findings.add(identity());
        try (DynamoDbClient client = DynamoDbClient.builder()
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .overrideConfiguration(PATIENCE)
                .build()) {
            findings.addAll(TableChecks.table(
                    table,
                    client.describeTable(request -> request.tableName(table)).table()));
        } catch (ResourceNotFoundException e) {
            findings.add(Finding.fail(table, "there is no such table", "create it, or correct --table and AWS_REGION"));
        } catch (SdkException e) {
            findings.add(Finding.fail(
                    table,
                    "cannot be described (" + firstLine(e) + ")",
                    "check AWS_REGION, credentials and endpoint, and allow dynamodb:DescribeTable"));
        }
        return findings;
    }

    private static Finding identity() {
        try (StsClient client = StsClient.builder()
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .overrideConfiguration(PATIENCE)
                .build()) {
            return Finding.ok(
                    "credentials", "those of " + client.getCallerIdentity().arn());
        } catch (SdkException e) {
            return Finding.warn(
                    "credentials",
                    "whose they are is not told (" + firstLine(e) + ")",
                    "check AWS_REGION and credentials; with a local endpoint there is nobody to ask");
        }
    }

    private static String firstLine(SdkException e) {
        String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        return message.length() > 160 ? message.substring(0, 160) + "..." : message;
    }
}
