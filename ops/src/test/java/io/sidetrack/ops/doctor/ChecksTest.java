package io.sidetrack.ops.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.common.broker.BrokerRelease;
import io.sidetrack.common.broker.BrokerReleases;
import io.sidetrack.common.topic.TopicFacts;
import io.sidetrack.ops.cluster.GroupPosition;
import io.sidetrack.ops.cluster.OffsetRange;
import io.sidetrack.ops.doctor.CheckResult.Level;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.apache.kafka.common.GroupState;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndexDescription;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.MultiRegionConsistency;
import software.amazon.awssdk.services.dynamodb.model.ReplicaDescription;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;

/** The result and the remedy of each check. */
class ChecksTest {
    private static final long WEEK = 7L * 86_400_000;

    private static TopicFacts topic(String name, int partitions, String type, long retentionMs, int bytes) {
        return TopicFacts.named(name)
                .partitions(partitions)
                .replicationFactor(3)
                .timestampType(type)
                .retentionMs(retentionMs)
                .maxMessageBytes(bytes)
                .minInSyncReplicas(2)
                .build();
    }

    private static GroupPosition position(long start, OptionalLong committed, long end) {
        return new GroupPosition(
                "t",
                "g",
                new TreeMap<>(Map.of(0, new GroupPosition.PartitionPosition(new OffsetRange(start, end), committed))));
    }

    private static void assertFound(List<CheckResult> findings, Level level, String text) {
        assertThat(findings).anySatisfy(finding -> {
            assertThat(finding.level()).isEqualTo(level);
            assertThat(finding.text()).contains(text);
            assertThat(finding.remedy()).isPresent();
        });
    }

    @Test
    void warnsOfBrokersThatCanSkipMarkersButNotOfUnknownOnes() {
        assertFound(
                List.of(BrokerChecks.release(
                        brokers(Map.of(1, BrokerRelease.V4_2, 2, BrokerRelease.V4_3, 3, BrokerRelease.V4_4)))),
                Level.WARN,
                "4.2 (broker 1), 4.3 (broker 2), 4.4 (broker 3); 4.3.0, 4.3.1 and 4.4.0 can skip");
        assertThat(BrokerChecks.release(brokers(Map.of(1, BrokerRelease.V4_2))))
                .isEqualTo(CheckResult.ok("broker release line", "4.2"));
        assertThat(BrokerChecks.release(brokers(Map.of(1, BrokerRelease.UNKNOWN))))
                .isEqualTo(CheckResult.ok("broker release line", "unknown"));
        assertThat(BrokerChecks.release(brokers(Map.of()))).isEqualTo(CheckResult.ok("broker release line", "unknown"));
    }

    private static BrokerReleases brokers(Map<Integer, BrokerRelease> byNode) {
        return new BrokerReleases(new TreeMap<>(byNode));
    }

    @Test
    void failsForAControlTopicThatForgets() {
        for (String policy : List.of("delete", "compact,delete")) {
            assertFound(
                    TopicChecks.control(
                            TopicFacts.named("c").cleanupPolicy(policy).build()),
                    Level.FAIL,
                    "has cleanup.policy=" + policy
                            + " and retention.ms=604800000, so Kafka would delete even the last");
        }
        assertFound(
                TopicChecks.control(
                        TopicFacts.named("c").retentionMs(-1).retentionBytes(5).build()),
                Level.FAIL,
                "retention.bytes=5");
        for (TopicFacts keeps : List.of(
                TopicFacts.named("c").cleanupPolicy("compact").build(),
                TopicFacts.named("c").retentionMs(-1).build())) {
            assertThat(TopicChecks.control(keeps))
                    .extracting(CheckResult::level)
                    .containsExactly(Level.OK);
        }
    }

    @Test
    void failsForALaneThatWouldDeleteOldRecords() {
        TopicFacts source = topic("s", 3, "CreateTime", WEEK, 1000);
        assertFound(
                TopicChecks.receiving(topic("l", 3, "CreateTime", WEEK, 1000), source),
                Level.FAIL,
                "older than 7 days");
        assertFound(
                TopicChecks.receiving(topic("l", 3, "LogAppendTime", WEEK, 999), source), Level.FAIL, "less than the");
        assertThat(TopicChecks.receiving(topic("l", 3, "LogAppendTime", WEEK, 1000), source))
                .isEmpty();
    }

    @Test
    void warnsOfABackfillLaneWithFewPartitions() {
        TopicFacts three = topic("a", 3, "LogAppendTime", WEEK, 1000);
        assertFound(TopicChecks.lanes(three, three), Level.WARN, "no more partitions");
    }

    @Test
    void reportsUnreadRecordsThatWillSoonBeDeleted() {
        TopicFacts topic = topic("t", 3, "CreateTime", WEEK, 1000);
        assertThat(TopicChecks.unread(topic, "g", WEEK / 3)).isEmpty();
        assertFound(
                TopicChecks.unread(topic, "g", WEEK * 2 / 3), Level.WARN, "4.7 days old, and retention.ms is 7.0 days");
        assertFound(TopicChecks.unread(topic, "g", WEEK - 1), Level.FAIL, "g has not read");
        assertThat(TopicChecks.unread(topic("t", 3, "CreateTime", -1, 1000), "g", 100 * WEEK))
                .isEmpty();
    }

    @Test
    void failsForALagWithoutReaderButNotForAnIdleGroup() {
        GroupPosition lagging = position(0, OptionalLong.of(5), 9);
        assertFound(GroupChecks.group(lagging, Optional.of(GroupState.EMPTY), true, "start x"), Level.FAIL, "lag 4");
        assertFound(GroupChecks.group(lagging, Optional.empty(), true, "start x"), Level.FAIL, "does not exist");
        assertThat(GroupChecks.group(lagging, Optional.of(GroupState.STABLE), true, "start x"))
                .allMatch(finding -> finding.level() == Level.OK);
        assertThat(GroupChecks.group(
                        position(0, OptionalLong.of(9), 9), Optional.of(GroupState.EMPTY), true, "start x"))
                .allMatch(finding -> finding.level() == Level.OK);
        assertFound(
                GroupChecks.group(position(7, OptionalLong.of(5), 9), Optional.of(GroupState.STABLE), true, "start x"),
                Level.FAIL,
                "up to 2 records of t were deleted");
    }

    @Test
    void lagOfMarkersIsNoProblem() {
        assertThat(GroupChecks.group(position(0, OptionalLong.of(8), 9), Optional.of(GroupState.EMPTY), false, "x"))
                .containsExactly(CheckResult.ok("g", "empty, lag 1 in t, which contains no record"));
    }

    @Test
    void advisesATakeoverBeforeTheRouterStarts() {
        GroupPosition never = position(0, OptionalLong.empty(), 9);
        assertThat(GroupChecks.startRouter(never, List.of("old")))
                .startsWith("do not start it yet: it would route again what has been processed (old reads t)")
                .endsWith("`sidetrack adopt --group old`")
                .doesNotContain("start the router");
        assertThat(GroupChecks.startRouter(never, List.of("a", "b", "c", "d")))
                .contains("(a, b, c, ... reads t)", "--group GROUP");
        assertThat(GroupChecks.startRouter(never, List.of())).startsWith("start the router");
        assertThat(GroupChecks.startRouter(position(0, OptionalLong.of(5), 9), List.of("old")))
                .startsWith("start the router")
                .contains("settings that `sidetrack adopt` has printed");
    }

    @Test
    void advisesATakeoverOfALaggingGroup() {
        GroupPosition lagging = position(0, OptionalLong.of(5), 9);
        assertThat(GroupChecks.lagging(lagging, Optional.of(GroupState.STABLE), true, false))
                .containsExactly(CheckResult.ok("g", "stable, lag 4 in t"));
        assertThat(GroupChecks.lagging(lagging, Optional.of(GroupState.EMPTY), true, false)
                        .get(0)
                        .remedy())
                .hasValueSatisfying(remedy -> assertThat(remedy).contains("`sidetrack adopt --group g`"));
        assertThat(GroupChecks.lagging(lagging, Optional.of(GroupState.EMPTY), true, true))
                .allMatch(finding -> finding.level() == Level.OK);
        assertFound(
                GroupChecks.lagging(position(0, OptionalLong.empty(), 9), Optional.empty(), true, false),
                Level.FAIL,
                "has committed no offset of t");
    }

    @Test
    void warnsOfATopicThatDeletesBySize() {
        TopicFacts source = topic("s", 3, "CreateTime", WEEK, 1000);
        TopicFacts small = TopicFacts.named("l")
                .partitions(3)
                .replicationFactor(3)
                .timestampType("LogAppendTime")
                .retentionMs(WEEK)
                .maxMessageBytes(1000)
                .minInSyncReplicas(2)
                .retentionBytes(5_000)
                .build();
        assertFound(
                TopicChecks.receiving(small, source), Level.WARN, "has retention.bytes=5000, so Kafka would delete");
        assertFound(TopicChecks.source(small), Level.WARN, "has retention.bytes=5000");
        assertThat(TopicChecks.source(source)).isEmpty();
        assertThat(TopicChecks.existing(small).text()).contains("retention 7.0 days or 5,000 bytes a partition");
    }

    @Test
    void countsDeadLettersWithoutTransactionMarkers() {
        TopicFacts deadLetters = topic("t", 1, "LogAppendTime", -1, 1000);
        assertFound(
                TopicChecks.deadLetters(deadLetters, 10, OptionalDouble.of(0.5)),
                Level.WARN,
                "contains about 5 records");
        assertFound(
                TopicChecks.deadLetters(deadLetters, 10, OptionalDouble.empty()),
                Level.WARN,
                "contains about 10 offsets");
        assertThat(TopicChecks.deadLetters(deadLetters, 3, OptionalDouble.of(0)))
                .isEmpty();
    }

    @Test
    void reportsAnEndpointWithoutSchemeWithItsRemedy() {
        for (String endpoint : List.of("localhost:8000", "localhost", "10.0.0.1:8000", "ftp://x", "http://")) {
            assertThat(Aws.endpoint(Map.of("AWS_ENDPOINT_URL_DYNAMODB", endpoint)))
                    .as(endpoint)
                    .hasValueSatisfying(finding -> {
                        assertThat(finding.level()).isEqualTo(Level.FAIL);
                        assertThat(finding.subject()).isEqualTo("AWS_ENDPOINT_URL_DYNAMODB");
                        assertThat(finding.remedy())
                                .contains("write it with its scheme, such as http://localhost:8000");
                    });
        }
        assertThat(Aws.endpoint(Map.of("AWS_ENDPOINT_URL", "https://example.com", "AWS_ENDPOINT_URL_STS", "")))
                .isEmpty();
    }

    @Test
    void failsIfOnlyTheFormerDefaultGroupHasOffsets() {
        GroupPosition read = position(0, OptionalLong.of(5), 9);
        GroupPosition unread = position(0, OptionalLong.empty(), 9);
        assertFound(GroupChecks.former(unread, read), Level.FAIL, "does not start");
        assertThat(GroupChecks.former(unread, read).get(0).remedy())
                .hasValueSatisfying(remedy -> assertThat(remedy).contains("`sidetrack copy-offsets --topic t "));
        assertThat(GroupChecks.former(read, read)).isEmpty();
        assertThat(GroupChecks.former(unread, unread)).isEmpty();
    }

    @Test
    void failsForACompactedDeadLetterTopicAndWarnsOfTooManyRequiredReplicas() {
        TopicFacts good = topic("t", 1, "LogAppendTime", -1, 1000);
        assertThat(TopicChecks.keepsAllDeadLetters(good)).isEmpty();
        assertFound(
                TopicChecks.keepsAllDeadLetters(TopicFacts.named("t")
                        .replicationFactor(3)
                        .timestampType("LogAppendTime")
                        .cleanupPolicy("compact")
                        .retentionMs(-1)
                        .maxMessageBytes(1000)
                        .minInSyncReplicas(2)
                        .build()),
                Level.FAIL,
                "keep only the last record of a key");
        assertFound(
                TopicChecks.keepsAllDeadLetters(TopicFacts.named("t")
                        .timestampType("LogAppendTime")
                        .retentionMs(-1)
                        .maxMessageBytes(1000)
                        .minInSyncReplicas(2)
                        .build()),
                Level.WARN,
                "brokers before 3.7 reject every record");
    }

    @Test
    void topicForParkedRecordsMustFitItsLane() {
        Optional<TopicFacts> lane = Optional.of(topic("b", 8, "LogAppendTime", 1000, 1000));
        assertFound(TopicChecks.parked("p", Optional.empty(), lane), Level.WARN, "so no backfill can be paused");
        assertThat(TopicChecks.parked("p", Optional.of(topic("p", 8, "LogAppendTime", -1, 1000)), lane))
                .extracting(CheckResult::level)
                .containsExactly(Level.OK);
        assertFound(
                TopicChecks.parked("p", Optional.of(topic("p", 7, "LogAppendTime", -1, 1000)), lane),
                Level.FAIL,
                "has 7 partitions, but b has 8");
        assertFound(
                TopicChecks.parked("p", Optional.of(topic("p", 8, "CreateTime", 1000, 1000)), lane),
                Level.FAIL,
                "message.timestamp.type=CreateTime");
        assertFound(
                TopicChecks.parked("p", Optional.of(topic("p", 8, "LogAppendTime", -1, 999)), lane),
                Level.FAIL,
                "so it rejects records");
        TopicFacts compacted = TopicFacts.named("p")
                .partitions(8)
                .timestampType("LogAppendTime")
                .cleanupPolicy("compact")
                .maxMessageBytes(1000)
                .build();
        assertFound(TopicChecks.parked("p", Optional.of(compacted), lane), Level.FAIL, "keep only the last record");
    }

    @Test
    void reportsKeyAndCapacityOfTheTable() {
        TableDescription.Builder table = TableDescription.builder()
                .tableStatus(TableStatus.ACTIVE)
                .keySchema(List.of(KeySchemaElement.builder()
                        .attributeName("id")
                        .keyType(KeyType.HASH)
                        .build()))
                .attributeDefinitions(List.of(AttributeDefinition.builder()
                        .attributeName("id")
                        .attributeType(ScalarAttributeType.S)
                        .build()));
        assertThat(TableChecks.table(
                        "t",
                        table.billingModeSummary(mode -> mode.billingMode(BillingMode.PAY_PER_REQUEST))
                                .warmThroughput(warm -> warm.writeUnitsPerSecond(4000L))
                                .build()))
                .extracting(CheckResult::text)
                .containsExactly("active, key id HASH of type S", "on demand, warm for 4,000 write units/s");
        assertFound(
                TableChecks.table(
                        "t",
                        table.billingModeSummary(mode -> mode.billingMode(BillingMode.PROVISIONED))
                                .provisionedThroughput(units -> units.writeCapacityUnits(5L))
                                .build()),
                Level.WARN,
                "provisioned, 5 write units/s");
        assertFound(
                TableChecks.table("t", table.tableStatus(TableStatus.CREATING).build()), Level.FAIL, "is CREATING");
    }

    @Test
    void indexWithFewerWriteUnitsThanTheTableIsReported() {
        TableDescription.Builder table =
                TableDescription.builder().provisionedThroughput(units -> units.writeCapacityUnits(1000L));
        GlobalSecondaryIndexDescription.Builder index =
                GlobalSecondaryIndexDescription.builder().indexName("by-city");
        index.provisionedThroughput(units -> units.writeCapacityUnits(1000L));
        assertThat(TableChecks.indexes(
                        table.globalSecondaryIndexes(index.build()).build()))
                .isEmpty();
        index.provisionedThroughput(units -> units.writeCapacityUnits(5L));
        assertFound(
                TableChecks.indexes(table.globalSecondaryIndexes(index.build()).build()),
                Level.WARN,
                "5 write units/s, but 1,000 of the table");
        index.provisionedThroughput(units -> units.writeCapacityUnits(0L))
                .onDemandThroughput(most -> most.maxWriteRequestUnits(7L));
        assertFound(
                TableChecks.indexes(TableDescription.builder()
                        .globalSecondaryIndexes(index.build())
                        .build()),
                Level.WARN,
                "a maximum of 7 write units/s is set");
    }

    @Test
    void guardedTableWithReplicasIsReported() {
        TableDescription.Builder table = TableDescription.builder();
        assertThat(TableChecks.replicas("t", table.build(), Optional.empty())).isEmpty();
        TableDescription global = table.replicas(
                        ReplicaDescription.builder().regionName("eu-west-1").build())
                .build();
        assertFound(
                TableChecks.replicas("t", global, Optional.of("newest-wins")),
                Level.WARN,
                "conditions are evaluated in the writer's region only");
        assertFound(
                TableChecks.replicas("t", global, Optional.empty()), Level.WARN, "if a writer is in mode newest-wins");
        assertThat(TableChecks.replicas("t", global, Optional.of("overwrite")))
                .extracting(CheckResult::level)
                .containsExactly(Level.OK);
        assertFound(
                TableChecks.replicas(
                        "t",
                        table.multiRegionConsistency(MultiRegionConsistency.STRONG)
                                .build(),
                        Optional.of("newest-wins")),
                Level.WARN,
                "no time to live");
    }
}
