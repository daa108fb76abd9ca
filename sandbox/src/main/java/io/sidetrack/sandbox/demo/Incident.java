package io.sidetrack.sandbox.demo;

import io.sidetrack.common.lane.DefaultNames;
import io.sidetrack.sandbox.Screen;
import io.sidetrack.sandbox.demo.Stage.Service;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The incident that led to Sidetrack, at small scale: the same kind of records, and 180 ms for each call to DynamoDB. Writing
 * one by one takes so long that only a part of the records is written and measured.
 */
final class Incident {
    private static final Duration LATENCY = Duration.ofMillis(180);
    private static final Duration MEASURED = Duration.ofSeconds(30);
    private static final double INCIDENT_RECORDS = 14_500_000;
    private static final long REFRESH_MS = 100;

    private final Screen screen;

    /** The measured rate of one way to write. */
    private record Result(String name, double perSecond) {}

    Incident(Screen screen) {
        this.screen = screen;
    }

    int run(Data data) throws InterruptedException {
        List<Result> results = new ArrayList<>();
        screen.print("starting a broker and DynamoDB Local, with " + LATENCY.toMillis() + " ms for each call");
        try (Stage stage = new Stage(LATENCY)) {
            results.add(new Result("one by one, 3 partitions", shared(stage, data, "one-by-one", plainConsumers(1))));
            results.add(new Result("batches of 25, 3 partitions", shared(stage, data, "batches", plainConsumers(25))));
            results.add(new Result("Sidetrack, 48 partitions", sidetrack(stage, data)));
        }
        print(results);
        return 0;
    }

    /**
     * Settings for three consumers, each with one call in flight, that read only a few records ahead: a consumer must write
     * all that it has read before another can take over its partition.
     */
    private static Map<String, String> plainConsumers(int batchSize) {
        return Map.of(
                "WRITER_BATCH_SIZE",
                Integer.toString(batchSize),
                "WRITER_MAX_IN_FLIGHT",
                "3",
                "KAFKA_NUM_STREAM_THREADS",
                "3",
                "WRITER_BUFFER_RECORDS",
                Integer.toString(batchSize * 10));
    }

    /** Measures one shared topic of 3 partitions with a consumer for each, as during the incident. */
    private double shared(Stage stage, Data data, String name, Map<String, String> settings)
            throws InterruptedException {
        stage.topics.createLane(name, 3);
        stage.topics.createLane(DefaultNames.deadLetterTopic(name), 1);
        stage.tables.create(name, data.keyField());
        publish(stage, data, name);
        Service writer = stage.startWriter(name, with(settings, Map.of("WRITER_TOPIC", name, "WRITER_TABLE", name)));
        double rate = measure(stage, writer, data, name);
        // The remaining records would take too long.
        writer.process().kill();
        stage.forget(writer);
        return rate;
    }

    /** Measures the same records through the router into the backfill lane, with default settings. */
    private double sidetrack(Stage stage, Data data) throws InterruptedException {
        stage.sidetrack("provision", "--source", "orders", "--create-source", "--source-partitions", "3");
        stage.tables.create("sidetrack", data.keyField(), "S", Optional.empty(), "S");
        publish(stage, data, "orders");
        Service writer = stage.startWriter(
                "sidetrack",
                Map.of("WRITER_TOPIC", "orders-backfill", "WRITER_TABLE", "sidetrack", "WRITER_LANE", "backfill"));
        stage.startRouter(Map.of("ROUTER_SOURCE_TOPIC", "orders"));
        double rate = measure(stage, writer, data, "Sidetrack");
        stage.stopServices();
        return rate;
    }

    private static void publish(Stage stage, Data data, String topic) {
        stage.sidetrack(
                "publish",
                data.file().toString(),
                "--topic",
                topic,
                "--key",
                "/" + data.keyField(),
                "--backfill",
                "incident",
                "--progress",
                "none");
    }

    /** Records per second since the first was written, which excludes the start-up time. */
    private double measure(Stage stage, Service writer, Data data, String name) throws InterruptedException {
        long start = 0;
        double first = 0;
        while (true) {
            double done = writer.finished();
            long now = System.nanoTime();
            if (start == 0 && done > 0) {
                start = now;
                first = done;
            }
            double seconds = start == 0 ? 0 : (now - start) / 1e9;
            double rate = seconds == 0 ? 0 : (done - first) / seconds;
            if (start != 0 && (done >= data.records() || seconds > MEASURED.toSeconds())) {
                screen.print(String.format(
                        Locale.ROOT, "%s: %,.0f of %,d records, %,.1f/s", name, done, data.records(), rate));
                return rate;
            }
            stage.requireAlive();
            screen.status(Screen.progress(name + ":", (long) done, data.records(), rate));
            TimeUnit.MILLISECONDS.sleep(REFRESH_MS);
        }
    }

    private static Map<String, String> with(Map<String, String> some, Map<String, String> more) {
        Map<String, String> all = new HashMap<>(some);
        all.putAll(more);
        return all;
    }

    private void print(List<Result> results) {
        double slowest = results.get(0).perSecond();
        screen.print(String.format(
                Locale.ROOT, "%n  %-30s %12s %8s   %s", "", "records/s", "factor", "time for 14.5 million"));
        for (Result result : results) {
            screen.print(String.format(
                    Locale.ROOT,
                    "  %-30s %,12.1f %8.1f   %s",
                    result.name(),
                    result.perSecond(),
                    result.perSecond() / slowest,
                    Screen.time(INCIDENT_RECORDS / result.perSecond())));
        }
    }
}
