package io.sidetrack.writer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sidetrack.sandbox.Fault;
import io.sidetrack.sandbox.ServiceProcess;
import io.sidetrack.writer.WriterFixture.Writer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Faults with a real broker and real connections. After each, nothing is lost, no key has an older value, and the counters
 * add up. The tests wait more than they work, so they run in parallel, each with its own lane, table and proxy.
 */
@Execution(ExecutionMode.CONCURRENT)
class FaultIT {
    private static final Fault SLOW = new Fault.Latency(Duration.ofMillis(50));
    private static WriterFixture fixture;

    @BeforeAll
    static void start() {
        fixture = new WriterFixture(Map.of("group.min.session.timeout.ms", "500"));
    }

    @AfterAll
    static void stop() {
        fixture.close();
    }

    @Test
    void losesNothingWhenKilledTwentyTimesWithBatchesInFlight() {
        try (FaultLane lane = new FaultLane(fixture, "killed", Map.of())) {
            lane.script(call -> SLOW);
            SplittableRandom random = new SplittableRandom(20);
            for (int round = 0; round < 20; round++) {
                lane.send(400);
                try (Writer writer = lane.start()) {
                    lane.awaitWritten(writer, 1 + random.nextInt(100));
                    lane.send(400);
                    lane.sendUntilBusy();
                    writer.process().kill();
                }
            }
            try (Writer writer = lane.start()) {
                lane.assertAllThere();
                writer.assertCountersAddUp();
            }
        }
    }

    @Test
    void sigtermUnderLoadCommitsAllRecordsReadSoThatNoneIsReadAgain() {
        // The session is long, because a member that loses it on a busy machine reads records again.
        Map<String, String> settings = Map.of(
                "KAFKA_SESSION_TIMEOUT_MS",
                "45000",
                "KAFKA_COMMIT_INTERVAL_MS",
                "60000",
                "WRITER_BUFFER_RECORDS",
                "200");
        try (FaultLane lane = new FaultLane(fixture, "terminated", settings)) {
            // The buffer holds fewer records than there are keys, so some are unread however late the signal comes.
            AtomicInteger calls = new AtomicInteger();
            lane.script(call -> calls.incrementAndGet() > 20 ? new Fault.Hang() : SLOW);
            lane.send(10_000);
            try (Writer writer = lane.start()) {
                lane.awaitWritten(writer, 200);
                writer.process().terminate();
                lane.heal();
                assertThat(writer.process().exitCode(WriterFixture.SOON))
                        .as(() -> writer.process().output())
                        .isZero();
            }
            long left = lane.lag();
            assertThat(left).isPositive();
            assertThat(fixture.members(lane.group())).isEmpty();
            try (Writer writer = lane.start()) {
                await().atMost(WriterFixture.SOON)
                        .untilAsserted(() -> assertThat(writer.metric("sidetrack_writer_records_total"))
                                .isEqualTo((double) left));
                writer.assertCountersAddUp();
                writer.process().terminate();
                assertThat(writer.process().exitCode(WriterFixture.SOON)).isZero();
            }
            lane.assertAllThere();
        }
    }

    @Test
    void sigtermWhileTheTableHangsCommitsNothingAndExitsWithAFailure() {
        try (FaultLane lane = new FaultLane(fixture, "hanging", Map.of("WRITER_SHUTDOWN_TIMEOUT_MS", "2000"))) {
            lane.script(call -> new Fault.Hang());
            lane.send(1000);
            try (Writer writer = lane.start()) {
                await().atMost(WriterFixture.SOON).until(() -> lane.proxy.calls("BatchWriteItem") > 5);
                writer.process().terminate();
                assertThat(writer.process().exitCode(WriterFixture.SOON)).isEqualTo(1);
            }
            assertThat(lane.lag()).isEqualTo(1000);
            lane.heal();
            try (Writer writer = lane.start()) {
                lane.assertAllThere();
                writer.assertCountersAddUp();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"5xx", "throttling", "hang", "access denied"})
    void outageLongerThanThePollIntervalCausesNoFailure(String kind) {
        String name = "outage-" + kind.replace(' ', '-');
        Fault fault =
                switch (kind) {
                    case "5xx" -> Fault.serverError();
                    case "throttling" -> Fault.throttled();
                    case "hang" -> new Fault.Hang();
                    default -> Fault.accessDenied();
                };
        Duration pollInterval = Duration.ofSeconds(4);
        try (FaultLane lane = new FaultLane(
                fixture,
                name,
                Map.of(
                        "KAFKA_MAX_POLL_INTERVAL_MS",
                        Long.toString(pollInterval.toMillis()),
                        "KAFKA_SESSION_TIMEOUT_MS",
                        Long.toString(pollInterval.toMillis()),
                        "WRITER_BUFFER_RECORDS",
                        "300"))) {
            lane.send(500);
            try (Writer writer = lane.start()) {
                lane.assertAllThere();
                Set<String> members = fixture.members(lane.group());
                lane.script(call -> fault);
                lane.send(5000);
                await().during(pollInterval.multipliedBy(2))
                        .atMost(WriterFixture.SOON)
                        .pollInterval(Duration.ofMillis(500))
                        .untilAsserted(() -> {
                            assertThat(ServiceProcess.status(writer.port(), "/livez"))
                                    .isEqualTo(200);
                            assertThat(fixture.members(lane.group())).isEqualTo(members);
                        });
                // Bounded by the buffer and the current round of Streams, however many records the topic holds.
                assertThat(writer.metric("sidetrack_writer_buffered_records")).isBetween(1.0, 2000.0);
                assertThat(writer.metric("sidetrack_writer_in_flight_limit_batches"))
                        .isEqualTo(1);
                lane.heal();
                lane.assertAllThere();
                writer.assertCountersAddUp();
                assertThat(fixture.members(lane.group())).isEqualTo(members);
            }
        }
    }

    @Test
    void losesNothingWhenNineOfTenItemsAreUnprocessed() {
        try (FaultLane lane = new FaultLane(fixture, "unprocessed", Map.of())) {
            lane.script(call -> new Fault.Unprocessed(2));
            lane.send(800);
            try (Writer writer = lane.start()) {
                lane.awaitWritten(writer, 100);
                lane.send(200);
                lane.assertAllThere();
                writer.assertCountersAddUp();
                assertThat(writer.metric("sidetrack_writer_retries_total{cause=\"unprocessed\"}"))
                        .isGreaterThan(500);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"lost replies", "half-open connections", "resets"})
    void losesNothingWhenConnectionsBreak(String kind) {
        Fault fault =
                switch (kind) {
                    case "lost replies" -> new Fault.LostReply();
                    case "resets" -> new Fault.Reset();
                    default -> new Fault.Hang();
                };
        try (FaultLane lane = new FaultLane(fixture, kind.replace(' ', '-'), Map.of())) {
            // More failures than connections: a broken connection must free its slot.
            lane.script(call -> call.number() % 3 == 0 ? fault : Fault.none());
            lane.send(1000);
            try (Writer writer = lane.start()) {
                lane.awaitWritten(writer, 100);
                // None supersedes another, so that they need at least 20 calls.
                lane.sendNewKeys(500);
                lane.assertAllThere();
                writer.assertCountersAddUp();
            }
            assertThat(lane.proxy.calls("BatchWriteItem")).isGreaterThan(30);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"classic", "streams"})
    void losesNothingInAStormOfRebalances(String protocol) {
        try (FaultLane lane = new FaultLane(fixture, "storm-" + protocol, Map.of("KAFKA_GROUP_PROTOCOL", protocol))) {
            lane.script(call -> SLOW);
            lane.send(1000);
            try (Writer steady = lane.start()) {
                for (int round = 0; round < 5; round++) {
                    try (Writer guest = lane.start()) {
                        lane.send(600);
                        if (round % 2 == 0) {
                            guest.process().terminate();
                            assertThat(guest.process().exitCode(WriterFixture.SOON))
                                    .as(() -> guest.process().output())
                                    .isZero();
                        } else {
                            guest.process().kill();
                        }
                        lane.send(300);
                    }
                }
                lane.assertAllThere();
                steady.assertCountersAddUp();
            }
        }
    }

    @Test
    void resumesWhenADeletedTableIsCreatedAgain() {
        try (FaultLane lane = new FaultLane(fixture, "deleted", Map.of())) {
            lane.send(500);
            try (Writer writer = lane.start()) {
                lane.assertAllThere();
                fixture.tables.drop("deleted");
                lane.forget();
                lane.send(500);
                await().atMost(WriterFixture.SOON)
                        .until(() -> writer.metric("sidetrack_writer_retries_total{cause=\"operator\"}") > 50);
                assertThat(writer.process().output()).contains("ResourceNotFoundException");
                fixture.tables.create("deleted", "id");
                lane.assertAllThere();
                writer.assertCountersAddUp();
            }
        }
    }

    @Test
    void resumesWhenADeletedDeadLetterTopicIsCreatedAgain() throws ExecutionException, InterruptedException {
        try (FaultLane lane = new FaultLane(fixture, "undeliverable", Map.of())) {
            String deadLetterTopic = "undeliverable-dead-letters";
            lane.send(200);
            try (Writer writer = lane.start()) {
                lane.assertAllThere();
                fixture.topics
                        .admin()
                        .deleteTopics(List.of(deadLetterTopic))
                        .all()
                        .get();
                // The controller has deleted it; until the broker knows, it would still accept the dead letter.
                await().atMost(WriterFixture.SOON).until(() -> !fixture.topics
                        .admin()
                        .listTopics()
                        .names()
                        .get()
                        .contains(deadLetterTopic));
                fixture.topics.send(
                        List.of(new ProducerRecord<>("undeliverable", "bad".getBytes(UTF_8), "no".getBytes(UTF_8))));
                lane.send(200);
                // It is random how many other records are written, because the next commit waits for the dead letter.
                await().atMost(Duration.ofMinutes(2))
                        .untilAsserted(() ->
                                assertThat(writer.process().output()).contains("not accepted by " + deadLetterTopic));
                await().during(Duration.ofSeconds(3))
                        .atMost(WriterFixture.SOON)
                        .untilAsserted(() -> assertThat(lane.lag()).isPositive());
                fixture.topics.createLane(deadLetterTopic, 1);
                await().atMost(Duration.ofMinutes(3))
                        .untilAsserted(() -> assertThat(lane.deadLetters()).isEqualTo(1));
                lane.assertAllThereBut(1);
                writer.assertCountersAddUp();
            }
        }
    }

    @Test
    void frozenWriterOverwritesNothingOfTheNextOwner() {
        Map<String, String> settings = Map.of("KAFKA_SESSION_TIMEOUT_MS", "4000", "WRITER_REQUEST_TIMEOUT_MS", "30000");
        try (FaultLane lane = new FaultLane(fixture, "frozen", settings)) {
            lane.script(call -> SLOW);
            lane.send(3000);
            try (Writer frozen = lane.start()) {
                lane.awaitWritten(frozen, 100);
                // A call that has not left the process would be sent after the freeze, so all must have arrived at the
                // proxy.
                CountDownLatch frozenNow = new CountDownLatch(1);
                lane.script(call -> new Fault.Late(frozenNow, WriterFixture.SOON));
                lane.send(1000);
                await().atMost(WriterFixture.SOON).until(() -> lane.proxy.concurrentCalls() == FaultLane.MAX_IN_FLIGHT);
                frozen.process().signal("STOP");
                lane.script(call -> SLOW);
                frozenNow.countDown();
                // They take effect before the next owner writes.
                await().atMost(WriterFixture.SOON).until(() -> lane.proxy.concurrentCalls() == 0);
                try (Writer heir = lane.start()) {
                    lane.send(1000);
                    lane.assertAllThere();
                    frozen.process().signal("CONT");
                    lane.send(1000);
                    await().atMost(WriterFixture.SOON).untilAsserted(() -> assertThat(fixture.members(lane.group()))
                            .hasSize(2));
                    lane.assertAllThere();
                    heir.assertCountersAddUp();
                    frozen.assertCountersAddUp();
                }
            }
        }
    }

    /** The partitions are lost while a commit waits for writes in flight; reading continues with the new tasks. */
    @Test
    void continuesReadingAfterLosingItsPartitionsDuringACommit() {
        try (FaultLane lane = new FaultLane(fixture, "held", Map.of("KAFKA_SESSION_TIMEOUT_MS", "4000"))) {
            lane.send(500);
            try (Writer writer = lane.start()) {
                lane.assertAllThere();
                lane.script(call -> new Fault.Hang());
                lane.send(1000);
                await().atMost(WriterFixture.SOON)
                        .until(() -> writer.metric("sidetrack_writer_hold{hold=\"waiting-for-commit\"}") == 1);
                writer.process().signal("STOP");
                await().atMost(WriterFixture.SOON).untilAsserted(() -> assertThat(fixture.members(lane.group()))
                        .isEmpty());
                lane.heal();
                writer.process().signal("CONT");
                lane.assertAllThere();
                assertThat(writer.metric("sidetrack_writer_paused")).isZero();
                assertThat(ServiceProcess.status(writer.port(), "/livez")).isEqualTo(200);
                writer.assertCountersAddUp();
            }
        }
    }

    /** Streams checks for a shutdown only when its queues are empty, which takes a minute with a small budget. */
    @Test
    void sigtermEndsInTimeWhileTheQueuesAreFull() {
        try (FaultLane lane = new FaultLane(
                fixture,
                "queued",
                24,
                Map.of(
                        "KAFKA_COMMIT_INTERVAL_MS", "5000",
                        "WRITER_MAX_WRITE_UNITS", "400",
                        "WRITER_SHUTDOWN_TIMEOUT_MS", "25000",
                        "WRITER_DRAIN_TIMEOUT_MS", "5000"))) {
            lane.sendNewKeys(30_000);
            try (Writer writer = lane.start()) {
                lane.awaitWritten(writer, 500);
                long start = System.nanoTime();
                writer.process().terminate();
                assertThat(writer.process().exitCode(WriterFixture.SOON))
                        .as(() -> writer.process().output())
                        .isZero();
                // The limit, and the exit of the process on a busy machine.
                Duration took = Duration.ofNanos(System.nanoTime() - start);
                System.out.println("shutdown with full queues: " + took.toMillis() + " ms");
                assertThat(took).isLessThan(Duration.ofSeconds(40));
            }
            assertThat(lane.lag()).as("records that were not read").isPositive();
        }
    }

    @Test
    void stopsBeforeMostRecordsBecomeDeadLetters() {
        try (FaultLane lane = new FaultLane(fixture, "alarmed", Map.of("KAFKA_COMMIT_INTERVAL_MS", "60000"))) {
            List<ProducerRecord<byte[], byte[]>> bad = new ArrayList<>();
            for (int i = 0; i < 5000; i++) {
                bad.add(new ProducerRecord<>("alarmed", ("k" + i).getBytes(UTF_8), "no".getBytes(UTF_8)));
            }
            fixture.topics.send(bad);
            try (ServiceProcess writer = lane.startWithoutWaiting()) {
                assertThat(writer.exitCode(WriterFixture.SOON)).isEqualTo(1);
                assertThat(writer.output() + writer.errors()).contains("WRITER_MAX_REJECTED_PERCENT");
            }
            assertThat(lane.lag()).isEqualTo(5000);
            assertThat(lane.deadLetters()).isLessThan(2500);
        }
    }
}
