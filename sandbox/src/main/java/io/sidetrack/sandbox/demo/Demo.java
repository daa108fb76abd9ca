package io.sidetrack.sandbox.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.sidetrack.common.lane.DefaultNames;
import io.sidetrack.sandbox.SandboxException;
import io.sidetrack.sandbox.Screen;
import io.sidetrack.sandbox.ServiceProcess;
import io.sidetrack.sandbox.demo.Stage.Service;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.ProducerRecord;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Runs live traffic, then a backfill at the same time, and then compares the table with the records of both. */
final class Demo {
    private static final String SOURCE = "orders";
    private static final String LIVE = "orders-live";
    private static final String BACKFILL = "orders-backfill";
    private static final String TABLE = "sidetrack-demo";
    /**
     * DynamoDB Local executes one call at a time, unlike DynamoDB: more batches in flight would not make the backfill faster
     * here, and every live write would queue behind them.
     */
    private static final String IN_FLIGHT = "4";

    private static final Duration WARM_UP = Duration.ofSeconds(12);
    private static final int WARM_UP_RECORDS = 3000;
    private static final Duration BASELINE = Duration.ofSeconds(15);
    private static final long REFRESH_MS = 250;
    private static final Duration SETTLE_LIMIT = Duration.ofSeconds(60);

    private final Screen screen;
    private final boolean keep;

    Demo(Screen screen, boolean keep) {
        this.screen = screen;
        this.keep = keep;
    }

    int run(Data data) throws InterruptedException {
        screen.print("starting a broker and DynamoDB Local");
        try (Stage stage = new Stage(Duration.ZERO)) {
            stage.sidetrack("provision", "--source", SOURCE, "--create-source", "--source-partitions", "3");
            stage.tables.create(TABLE, data.keyField(), data.numericKey() ? "N" : "S", Optional.empty(), "S");
            screen.print("starting the router and two writers");
            Service router = stage.startRouter(Map.of("ROUTER_SOURCE_TOPIC", SOURCE));
            Service live = stage.startWriter("writer-live", Map.of("WRITER_TOPIC", LIVE, "WRITER_TABLE", TABLE));
            Service backfill = stage.startWriter(
                    "writer-backfill",
                    Map.of(
                            "WRITER_TOPIC",
                            BACKFILL,
                            "WRITER_TABLE",
                            TABLE,
                            "WRITER_LANE",
                            "backfill",
                            "WRITER_MAX_IN_FLIGHT",
                            IN_FLIGHT));
            stage.awaitReady();
            try (LiveTraffic traffic = new LiveTraffic(stage.bootstrapServers(), SOURCE, stage.tables, TABLE, data)) {
                return run(data, stage, router, live, backfill, traffic);
            }
        }
    }

    private int run(Data data, Stage stage, Service router, Service live, Service backfill, LiveTraffic traffic)
            throws InterruptedException {
        traffic.start();
        long warm = warmUp(data, stage, backfill, traffic);
        Latencies before = traffic.measure();
        watch(stage, traffic, BASELINE, () -> false, () -> "live lane without backfill: " + before);
        screen.print("live lane without backfill: " + before);

        Latencies during = traffic.measure();
        long start = System.nanoTime();
        ServiceProcess publish = stage.startSidetrack(
                "publish",
                data.file().toString(),
                "--topic",
                SOURCE,
                "--key",
                "/" + data.keyField(),
                "--backfill",
                "demo",
                "--progress",
                "none");
        watch(stage, traffic, Duration.ofDays(7), () -> backfill.finished() - warm >= data.records(), () -> {
            requireNotFailed(publish);
            long done = (long) backfill.finished() - warm;
            double seconds = (System.nanoTime() - start) / 1e9;
            return Screen.progress("backfill", done, data.records(), done / seconds) + "; live lane: " + during;
        });
        double seconds = (System.nanoTime() - start) / 1e9;
        screen.print(String.format(
                Locale.ROOT,
                "backfill: %,d records in %s, %,.0f/s, including publishing",
                data.records(),
                Screen.time(seconds),
                data.records() / seconds));
        screen.print("live lane during backfill:  " + during);

        traffic.stopSending();
        watch(stage, traffic, SETTLE_LIMIT, traffic::allSeen, () -> "waiting for the last live messages");
        Map<String, Double> metrics = new HashMap<>();
        for (Service writer : List.of(live, backfill)) {
            ServiceProcess.metrics(writer.port()).forEach((name, value) -> metrics.merge(name, value, Double::sum));
        }
        if (keep) {
            watch(stage, traffic, SETTLE_LIMIT, () -> lag(stage) == 0, () -> "waiting for the writers to commit");
        } else {
            stage.stopServices();
        }
        boolean same = summarize(data, stage, traffic, metrics);
        if (keep) {
            keepRunning(stage, router, live, backfill);
        }
        return same ? 0 : 1;
    }

    /**
     * Sends some of the records before they are published: while JVMs are warming up on a few processors, latencies do not
     * show the effect of the lanes.
     *
     * @return the number of records that were sent
     */
    private long warmUp(Data data, Stage stage, Service backfill, LiveTraffic traffic) throws InterruptedException {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (byte[] line : data.first(WARM_UP_RECORDS)) {
            ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(SOURCE, data.keyOf(line), line);
            record.headers().add("x-backfill", "warm-up".getBytes(UTF_8));
            records.add(record);
        }
        long sent = 0;
        long start = System.nanoTime();
        while (System.nanoTime() - start < WARM_UP.toNanos()) {
            stage.topics.send(records);
            sent += records.size();
            long all = sent;
            watch(stage, traffic, SETTLE_LIMIT, () -> backfill.finished() >= all, () -> "warming up");
        }
        return sent;
    }

    private static void requireNotFailed(ServiceProcess publish) {
        if (!publish.isAlive() && publish.exitCode(Duration.ZERO) != 0) {
            throw new SandboxException("sidetrack publish failed: " + publish.errors());
        }
    }

    private void watch(Stage stage, LiveTraffic traffic, Duration limit, BooleanSupplier done, Supplier<String> line)
            throws InterruptedException {
        long start = System.nanoTime();
        while (!done.getAsBoolean() && System.nanoTime() - start < limit.toNanos()) {
            stage.requireAlive();
            traffic.requireRunning();
            screen.status(line.get());
            TimeUnit.MILLISECONDS.sleep(REFRESH_MS);
        }
    }

    private static long lag(Stage stage) {
        return lag(stage, LIVE) + lag(stage, BACKFILL);
    }

    private static long lag(Stage stage, String lane) {
        return stage.topics.lag(DefaultNames.writerGroup(lane, TABLE), lane);
    }

    private boolean summarize(Data data, Stage stage, LiveTraffic traffic, Map<String, Double> metrics) {
        Map<String, byte[]> expected = new HashMap<>(data.last());
        expected.putAll(traffic.sent());
        long different = different(expected, data.keyField(), stage);
        double batches = metrics.getOrDefault("sidetrack_writer_batch_size_count", 0.0);
        double items = metrics.getOrDefault("sidetrack_writer_batch_size_sum", 0.0);
        int deadLetters = stage.topics.read(DefaultNames.deadLetterTopic(LIVE)).size()
                + stage.topics.read(DefaultNames.deadLetterTopic(BACKFILL)).size();
        screen.print(String.format(
                Locale.ROOT,
                "%n  records      %,d backfilled, %,d live%n  batches      %,.0f, %.1f items on average%n"
                        + "  dead letters %,d%n  lag          live %,d, backfill %,d%n  table        %,d items, %s",
                data.records(),
                traffic.sent().size(),
                batches,
                batches == 0 ? 0 : items / batches,
                deadLetters,
                lag(stage, LIVE),
                lag(stage, BACKFILL),
                expected.size(),
                different == 0 ? "all as sent" : different + " NOT as sent"));
        return different == 0;
    }

    /** The number of items that are missing, differ from what was sent, or were never sent. */
    private static long different(Map<String, byte[]> expected, String keyField, Stage stage) {
        Map<String, byte[]> missing = new HashMap<>(expected);
        long different = 0;
        for (Map<String, AttributeValue> item : stage.tables.scan(TABLE)) {
            AttributeValue key = item.get(keyField);
            byte[] line = missing.remove(key.s() == null ? key.n() : key.s());
            JsonNode sent = line == null ? null : Data.parse(line);
            if (sent == null || !Comparison.isSame(sent, item)) {
                different++;
            }
        }
        return different + missing.size();
    }

    private void keepRunning(Stage stage, Service router, Service live, Service backfill) throws InterruptedException {
        screen.print(String.format(
                Locale.ROOT,
                "%nrunning until Ctrl-C:%n  Kafka     %s%n  DynamoDB  %s (table %s, region us-east-1, any credentials)%n"
                        + "  router    http://localhost:%d/metrics%n  live      http://localhost:%d/metrics%n"
                        + "  backfill  http://localhost:%d/metrics%n  logs      %s",
                stage.bootstrapServers(),
                stage.endpoint(),
                TABLE,
                router.port(),
                live.port(),
                backfill.port(),
                stage.logs()));
        new CountDownLatch(1).await();
    }
}
