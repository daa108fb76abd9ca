package io.sidetrack.common.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The examples for IAM and ECS. */
class DeploymentFilesTest {
    private static final Path DEPLOY = Documents.ROOT.resolve("deploy");
    private static final Pattern ACTION = Pattern.compile("`(dynamodb:\\w+)`");
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private static JsonNode json(String file) throws IOException {
        return JSON.readTree(DEPLOY.resolve(file).toFile());
    }

    @Test
    void everyPolicyIsWellFormedAndNamesItsResources() throws IOException {
        try (Stream<Path> files = Files.list(DEPLOY.resolve("iam"))) {
            List<Path> policies = files.toList();
            assertThat(policies).hasSizeGreaterThan(4);
            for (Path policy : policies) {
                JsonNode document = JSON.readTree(policy.toFile());
                assertThat(document.get("Version").asText()).isEqualTo("2012-10-17");
                Set<String> ids = new HashSet<>();
                for (JsonNode statement : document.get("Statement")) {
                    assertThat(ids.add(statement.get("Sid").asText())).isTrue();
                    assertThat(statement.get("Effect").asText()).isEqualTo("Allow");
                    assertThat(statement.get("Action")).isNotEmpty().allSatisfy(action -> assertThat(action.asText())
                            .matches("(dynamodb|kafka-cluster):\\w+"));
                    assertThat(statement.get("Resource").toString())
                            .contains("arn:aws:")
                            .doesNotContain("\"*\"");
                }
            }
        }
    }

    /** The rows of the table that apply to the policy, separated by a plus sign. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "writer-overwrite     | writer, always + writer in mode `overwrite`",
                "writer-keep-existing | writer, always + writer in mode `keep-existing`",
                "writer-newest-wins   | writer, always + writer in mode `newest-wins` + writer whose items have a version",
                "operator             | operator, always + operator, for `verify`"
            })
    void policyForDynamoDbAllowsExactlyWhatTheDocumentationLists(String policy, String rows) throws IOException {
        Map<String, Set<String>> documented = documentedActions();
        Set<String> expected = new HashSet<>();
        for (String row : rows.split(" \\+ ", -1)) {
            expected.addAll(documented.entrySet().stream()
                    .filter(entry -> entry.getKey().startsWith(row))
                    .findFirst()
                    .orElseThrow()
                    .getValue());
        }
        Set<String> allowed = new HashSet<>();
        for (JsonNode statement : json("iam/" + policy + ".json").get("Statement")) {
            statement.get("Action").forEach(action -> allowed.add(action.asText()));
        }
        assertThat(allowed).isEqualTo(expected);
    }

    private static Map<String, Set<String>> documentedActions() {
        Map<String, Set<String>> actions = new HashMap<>();
        Documents.read(Documents.ROOT.resolve("docs/security.md"))
                .lines()
                .filter(line -> line.startsWith("| ") && line.contains("`dynamodb:"))
                .forEach(line -> {
                    Matcher action = ACTION.matcher(line);
                    Set<String> ofRow =
                            actions.computeIfAbsent(line.substring(2, line.indexOf(" |", 2)), row -> new HashSet<>());
                    while (action.find()) {
                        ofRow.add(action.group(1));
                    }
                });
        assertThat(actions).hasSizeGreaterThan(4);
        return actions;
    }

    /** The policies for MSK allow what the documented ACLs of the same principal do, and what every client needs. */
    @ParameterizedTest
    @CsvSource({"msk-router, router", "msk-writer-backfill, writer"})
    void policyForMskAllowsExactlyWhatTheDocumentedAclsDo(String policy, String principal) throws IOException {
        Map<String, Set<String>> expected = mskActions(principal);
        expected.put("cluster/CLUSTER/UUID", Set.of("Connect", "WriteDataIdempotently"));
        Map<String, Set<String>> allowed = new HashMap<>();
        for (JsonNode statement : json("iam/" + policy + ".json").get("Statement")) {
            JsonNode resources = statement.get("Resource");
            for (JsonNode resource : resources.isArray() ? resources : List.of(resources)) {
                Set<String> actions = new HashSet<>();
                statement
                        .get("Action")
                        .forEach(action -> actions.add(action.asText().substring("kafka-cluster:".length())));
                assertThat(allowed.put(resource.asText().substring("arn:aws:kafka:REGION:ACCOUNT:".length()), actions))
                        .as(resource.asText())
                        .isNull();
            }
        }
        assertThat(allowed).isEqualTo(expected);
    }

    private static Map<String, Set<String>> mskActions(String principal) {
        Map<String, String> kinds =
                Map.of("topic", "topic", "topics", "topic", "group", "group", "transactional", "transactional-id");
        Map<String, Set<String>> actions = new HashMap<>();
        String current = "";
        String text = Documents.read(Documents.ROOT.resolve("docs/security.md"));
        for (String line : text.substring(text.indexOf("## Kafka ACLs")).split("\n", -1)) {
            if (line.startsWith("## AWS")) {
                break;
            }
            String[] cells = line.split("\\s*\\|\\s*", -1);
            if (!line.startsWith("| ") || cells.length < 4) {
                continue;
            }
            current = cells[1].isEmpty() ? current : cells[1];
            if (!current.equals(principal)) {
                continue;
            }
            String resource = cells[2].replace("of a backfill lane: ", "")
                    .replace("topic, its lane's dead letters", "topic `orders-backfill-dead-letters`")
                    .replace("topic, its lane", "topic `orders-backfill`")
                    .replace("LANE", "orders-backfill")
                    .replace("TABLE", "orders");
            String kind = kinds.get(resource.substring(0, resource.indexOf(' ')));
            Matcher name = Pattern.compile("`([^`]+)`").matcher(resource);
            while (name.find()) {
                Set<String> ofName =
                        actions.computeIfAbsent(kind + "/CLUSTER/UUID/" + name.group(1), any -> new HashSet<>());
                for (String operation : cells[3].split(", ", -1)) {
                    ofName.addAll(mskActions(kind, operation));
                }
            }
        }
        assertThat(actions).hasSizeGreaterThan(6);
        return actions;
    }

    private static Set<String> mskActions(String kind, String operation) {
        return switch (kind + " " + operation) {
            case "topic READ" -> Set.of("DescribeTopic", "ReadData");
            case "topic WRITE" -> Set.of("DescribeTopic", "WriteData");
            case "topic DESCRIBE_CONFIGS" -> Set.of("DescribeTopicDynamicConfiguration");
            case "group READ" -> Set.of("AlterGroup", "DescribeGroup");
            case "group DESCRIBE" -> Set.of("DescribeGroup");
            case "transactional-id WRITE" -> Set.of("AlterTransactionalId", "DescribeTransactionalId");
            default -> throw new AssertionError(kind + " " + operation);
        };
    }

    /** The units of systemd run the documented jars with the documented files, and wait longer than a stop may take. */
    @ParameterizedTest
    @CsvSource({"sidetrack-router.service, router, router.env", "sidetrack-writer@.service, writer, writer-%i.env"})
    void unitRunsTheDocumentedJarAndGivesItTimeToStop(String unit, String program, String file) {
        String text = Documents.read(DEPLOY.resolve("systemd").resolve(unit));
        String docs = Documents.read(Documents.ROOT.resolve("docs/deployment.md"));
        String jar = "sidetrack-" + program + ".jar";
        assertThat(text)
                .contains(" -jar /opt/sidetrack/" + jar + "\n", "EnvironmentFile=/etc/sidetrack/" + file + "\n");
        assertThat(docs)
                .contains("/opt/sidetrack ", program + "/target/" + jar, file.replace("%i", "orders-live"))
                .contains(unit.replace(".service", "").replace("@", "@orders-live"));
        Matcher stop = Pattern.compile("(?m)^TimeoutStopSec=(\\d+)$").matcher(text);
        Matcher shutdown = Pattern.compile(
                        program.toUpperCase(Locale.ROOT) + "_SHUTDOWN_TIMEOUT_MS` .*? \\| `(\\d+)` \\|")
                .matcher(Documents.read(Documents.ROOT.resolve("docs/settings.md")));
        assertThat(stop.find() && shutdown.find()).isTrue();
        assertThat(Integer.parseInt(stop.group(1)))
                .isGreaterThanOrEqualTo(Integer.parseInt(shutdown.group(1)) / 1000 + 15);
    }

    @Test
    void taskDefinitionUsesDocumentedSettingsAndGivesTheWriterTimeToStop() throws IOException {
        JsonNode container =
                json("ecs/writer-backfill.json").get("containerDefinitions").get(0);
        String settings = Documents.read(Documents.ROOT.resolve("docs/settings.md"));
        Map<String, String> environment = new HashMap<>();
        for (JsonNode variable : container.get("environment")) {
            String name = variable.get("name").asText();
            environment.put(name, variable.get("value").asText());
            assertThat(name.startsWith("KAFKA_") || settings.contains("`" + name + "`"))
                    .as(name)
                    .isTrue();
        }
        assertThat(container.get("readonlyRootFilesystem").booleanValue()).isTrue();
        assertThat(container.get("stopTimeout").intValue())
                .isLessThanOrEqualTo(120)
                .isGreaterThan(Integer.parseInt(environment.get("WRITER_SHUTDOWN_TIMEOUT_MS")) / 1000 + 10);
    }
}
