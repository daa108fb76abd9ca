package io.sidetrack.writer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.sidetrack.writer.WriterFixture.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/** Several instances share the budget of their lane while members come, leave the group and are killed. */
class LaneBudgetIT {
    private static final int LIMIT = 150;
    private static final int BATCH = 25;
    private static final int THREADS = 2;
    /** More than the group may write in the time of the test: without a backlog, no instance uses the whole budget. */
    private static final int RECORDS = 40_000;

    private static final Map<String, String> SETTINGS = Map.of(
            "WRITER_LANE", "backfill",
            "WRITER_LANE_WRITE_UNITS", Integer.toString(LIMIT),
            "KAFKA_SESSION_TIMEOUT_MS", "2000",
            "KAFKA_HEARTBEAT_INTERVAL_MS", "300",
            "KAFKA_COMMIT_INTERVAL_MS", "1000",
            "KAFKA_NUM_STREAM_THREADS", Integer.toString(THREADS));

    private final List<Writer> running = new ArrayList<>();
    private final Meter meter = new Meter();

    /** Measures what the group is charged above its limit, over the period in which that is most. */
    private static final class Meter implements AutoCloseable {
        private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
        private final Map<Writer, Double> charged = new ConcurrentHashMap<>();
        private long lastNanos = System.nanoTime();
        private double excess;
        private volatile double worst;

        void start() {
            var unused = thread.scheduleWithFixedDelay(this::sample, 0, 100, TimeUnit.MILLISECONDS);
        }

        void add(Writer writer) {
            charged.put(writer, 0.0);
        }

        private void sample() {
            double more = 0;
            for (Map.Entry<Writer, Double> writer : charged.entrySet()) {
                // A writer that does not respond, because it was killed or stopped, was charged what it has shown last.
                double now = Math.max(writer.getValue(), writer.getKey().metric("sidetrack_writer_write_units_total"));
                more += now - writer.getValue();
                writer.setValue(now);
            }
            long now = System.nanoTime();
            excess = Math.max(0, excess - LIMIT * (now - lastNanos) / 1e9) + more;
            worst = Math.max(worst, excess);
            lastNanos = now;
        }

        double chargedTo(Writer writer) {
            return charged.get(writer);
        }

        @Override
        public void close() {
            thread.shutdownNow();
        }
    }

    private static Writer start(WriterFixture fixture, Meter meter, List<Writer> running) {
        Writer writer = fixture.writer("shared", SETTINGS);
        running.add(writer);
        meter.add(writer);
        return writer;
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
            try (meter) {
                meter.start();
                Writer first = start(fixture, meter, running);
                Writer second = start(fixture, meter, running);
                awaitWholeBudget();
                Writer third = start(fixture, meter, running);
                awaitWholeBudget();
                running.remove(first);
                first.process().kill();
                awaitWholeBudget();
                running.remove(second);
                second.process().terminate();
                assertThat(second.process().exitCode(WriterFixture.SOON))
                        .as(() -> second.process().output())
                        .isZero();
                awaitWholeBudget();
                double before = meter.chargedTo(third);
                await().atMost(WriterFixture.SOON).until(() -> meter.chargedTo(third) > before + 2 * LIMIT);
                for (Writer writer : List.of(first, second, third)) {
                    assertThat(meter.chargedTo(writer)).isPositive();
                }
                System.out.println("lane budget: most units above the limit: " + meter.worst);
                // Of three instances: what each has saved up, and a batch of each thread that overdraws the budget.
                assertThat(meter.worst).isLessThanOrEqualTo(0.05 * LIMIT + 3 * (1 + THREADS * BATCH));
            } finally {
                running.forEach(Writer::close);
            }
        }
    }
}
