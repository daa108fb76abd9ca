package io.sidetrack.ops.doctor;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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

    private Aws() {}

    static List<Finding> look(String table) {
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
