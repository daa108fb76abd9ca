package io.sidetrack.ops.doctor;

import io.sidetrack.ops.aws.AwsEndpoints;
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
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.sts.StsClient;

/** Checks credentials and table with requests to AWS, configured by the SDK's own variables as in the writer. */
final class Aws {
    private static final ClientOverrideConfiguration TIMEOUT = ClientOverrideConfiguration.builder()
            .apiCallAttemptTimeout(Duration.ofSeconds(5))
            .apiCallTimeout(Duration.ofSeconds(10))
            .build();

    private Aws() {}

    /** Checks that endpoints are URLs of servers: the SDK reports others with a stack trace only. */
    static Optional<CheckResult> endpoint(Map<String, String> environment) {
        return AwsEndpoints.firstInvalid(environment)
                .map(variable -> CheckResult.fail(variable, AwsEndpoints.PROBLEM, AwsEndpoints.REMEDY));
    }

    static List<CheckResult> check(String table, Map<String, String> environment) {
        Optional<CheckResult> noEndpoint = endpoint(environment);
        if (noEndpoint.isPresent()) {
            return List.of(noEndpoint.get());
        }
        List<CheckResult> results = new ArrayList<>();
        results.add(identity());
        try (DynamoDbClient client = DynamoDbClient.builder()
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .overrideConfiguration(TIMEOUT)
                .build()) {
            TableDescription description =
                    client.describeTable(request -> request.tableName(table)).table();
            results.addAll(TableChecks.table(table, description));
            results.addAll(TableChecks.indexes(description));
            results.addAll(
                    TableChecks.replicas(table, description, Optional.ofNullable(environment.get("WRITER_MODE"))));
        } catch (ResourceNotFoundException e) {
            results.add(
                    CheckResult.fail(table, "there is no such table", "create it, or correct --table and AWS_REGION"));
        } catch (SdkException e) {
            results.add(CheckResult.fail(
                    table,
                    "cannot be described (" + firstLine(e) + ")",
                    "check AWS_REGION, credentials and endpoint, and allow dynamodb:DescribeTable"));
        }
        return results;
    }

    private static CheckResult identity() {
        try (StsClient client = StsClient.builder()
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .overrideConfiguration(TIMEOUT)
                .build()) {
            return CheckResult.ok(
                    "credentials", "those of " + client.getCallerIdentity().arn());
        } catch (SdkException e) {
            return CheckResult.warn(
                    "credentials",
                    "the identity cannot be determined (" + firstLine(e) + ")",
                    "check AWS_REGION and credentials; a local endpoint has no identities");
        }
    }

    private static String firstLine(SdkException e) {
        String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        return message.length() > 160 ? message.substring(0, 160) + "..." : message;
    }
}
