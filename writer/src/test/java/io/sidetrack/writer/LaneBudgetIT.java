package io.sidetrack.writer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.sidetrack.sandbox.Fault;
import io.sidetrack.sandbox.ProxiedCall;
import io.sidetrack.writer.WriterFixture.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/** Several instances share the budget of their lane while members come, leave the group and are killed. */
class LaneBudgetIT {
    private static final int LIMIT = 150;
    private static final int BATCH = 25;
    private static final int THREADS = 2;
    /** More than the group may write in the time of the test: without a backlog, no instance uses the whole budget. */
    private static final int RECORDS = 80_000;

    private static final Map<String, String> SETTINGS = Map.of(
            "WRITER_LANE", "backfill",
            "WRITER_LANE_WRITE_UNITS", Integer.toString(LIMIT),
            "KAFKA_SESSION_TIMEOUT_MS", "2000",
            "KAFKA_HEARTBEAT_INTERVAL_MS", "300",
            "KAFKA_COMMIT_INTERVAL_MS", "1000",
            "KAFKA_NUM_STREAM_THREADS", Integer.toString(THREADS));

    private final List<Writer> running = new ArrayList<>();

    /**
     * Measures how many units the group sends above its limit, over the period in which that is most. It counts requests as
     * they arrive: the table may complete those of a second at the same moment.
     */
    private static final class Meter implements AutoCloseable {
        private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
        private final AtomicLong units = new AtomicLong();
        /** The lowest number of units above the limit since the start, at any sample. */
        private double lowest = Double.POSITIVE_INFINITY;

        private long beforeNanos = System.nanoTime();
        private final long startNanos = beforeNanos;
        private volatile double worst;

        Fault count(ProxiedCall call) {
            if (call.operation().equals("BatchWriteItem")) {
                units.addAndGet(new String(call.body(), UTF_8).split("\"PutRequest\"", -1).length - 1);
            }
            return Fault.none();
        }

        void start() {
            var unused = thread.scheduleWithFixedDelay(this::sample, 0, 100, TimeUnit.MILLISECONDS);
        }

        private void sample() {
            long beginNanos = System.nanoTime();
            long now = units.get();
            worst = Math.max(worst, now - allowed(System.nanoTime()) - lowest);
            // On a busy machine, requests may wait to be counted since the sample before this one.
            lowest = Math.min(lowest, now - allowed(beforeNanos));
            beforeNanos = beginNanos;
        }

        private double allowed(long nanos) {
            return LIMIT * (nanos - startNanos) / 1e9;
        }

        @Override
        public void close() {
            thread.shutdownNow();
        }
    }

    private Writer start(WriterFixture fixture) {
        Writer writer = fixture.writer("shared", SETTINGS);
        running.add(writer);
        return writer;
    }

    private static double charged(Writer writer) {
        return writer.metric("sidetrack_writer_write_units_total");
    }

    /** Waits until the running writers together may use the whole budget, each of them a part of it. */
    private void awaitWholeBudget() {
        await().atMost(WriterFixture.SOON.multipliedBy(2)).untilAsserted(() -> {
            double sum = 0;
            for (Writer writer : running) {
                double limit = writer.metric("sidetrack_writer_write_unit_limit");
                assertThat(limit).isPositive();
                sum += limit;
            }
            assertThat(sum).isCloseTo(LIMIT, within(0.01 * LIMIT));
        });
    }

    @Test
    void groupKeepsItsLimitWhileInstancesComeAndGo() {
        try (WriterFixture fixture = new WriterFixture(Map.of("group.min.session.timeout.ms", "1000"))) {
            fixture.lane("shared", 12);
            List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
            for (int i = 0; i < RECORDS; i++) {
                records.add(new ProducerRecord<>(
                        "shared", ("k" + i).getBytes(UTF_8), ("{\"id\":\"k" + i + "\",\"n\":1}").getBytes(UTF_8)));
            }
            fixture.topics.send(records);
            try (Meter meter = new Meter()) {
                fixture.proxy.behave(meter::count);
                meter.start();
                Writer first = start(fixture);
                Writer second = start(fixture);
                awaitWholeBudget();
                Writer third = start(fixture);
                awaitWholeBudget();
                assertThat(charged(first)).isPositive();
                running.remove(first);
                first.process().kill();
                awaitWholeBudget();
                assertThat(charged(second)).isPositive();
                running.remove(second);
                second.process().terminate();
                assertThat(second.process().exitCode(WriterFixture.SOON))
                        .as(() -> second.process().output())
                        .isZero();
                awaitWholeBudget();
                double before = charged(third);
                await().atMost(WriterFixture.SOON).until(() -> charged(third) > before + 2 * LIMIT);
                System.out.println("lane budget: most units above the limit: " + meter.worst);
                // Of three instances: what each has saved up, and a batch of each thread that overdraws the budget.
                assertThat(meter.worst).isLessThanOrEqualTo(0.05 * LIMIT + 3 * (1 + THREADS * BATCH));
            } finally {
                running.forEach(Writer::close);
            }
        }
    }
}
