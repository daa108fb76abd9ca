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
 * one by one takes so long that only a part of the records is written and measured. Live messages are sent at the same time.
 */
final class Incident {
    /** The records of the incident, and how many were written in a second. */
    static final double RECORDS = 14_500_000;

    static final double PER_SECOND = 16.5;

    private static final Duration LATENCY = Duration.ofMillis(180);
    private static final Duration WARM_UP = Duration.ofSeconds(5);

    private final Screen screen;
    private final Output output;
    private final Duration measured;

    /** @param measured how long each way is measured, at most */
    Incident(Screen screen, Output output, Duration measured) {
        this.screen = screen;
        this.output = output;
        this.measured = measured;
    }

    int run(Data data) throws InterruptedException {
        List<IncidentResult> results = new ArrayList<>();
        screen.print("starting a broker and DynamoDB Local, with " + LATENCY.toMillis() + " ms for each call");
        try (Stage stage = new Stage(LATENCY)) {
            results.add(shared(stage, data, "one by one, 3 partitions", "one-by-one", plainConsumers(1)));
            results.add(shared(stage, data, "batches of 25, 3 partitions", "batches", plainConsumers(25)));
            results.add(sidetrack(stage, data));
        }
        print(results);
        output.write(IncidentReport.of(results, data.records(), LATENCY, Machine.text()));
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
    private IncidentResult shared(Stage stage, Data data, String title, String name, Map<String, String> settings)
            throws InterruptedException {
        stage.topics.createLane(name, 3);
        stage.topics.createLane(DefaultNames.deadLetterTopic(name), 1);
        stage.tables.create(name, data.keyField());
        publish(stage, data, name);
        Service writer = stage.startWriter(name, with(settings, Map.of("WRITER_TOPIC", name, "WRITER_TABLE", name)));
        try (LiveTraffic traffic = new LiveTraffic(stage.bootstrapServers(), name, stage.tables, name, data)) {
            return new IncidentMeasurement(screen, stage, measured).measure(title, writer, data.records(), traffic);
        } finally {
            // The remaining records would take too long.
            writer.process().kill();
            stage.forget(writer);
        }
    }

    /**
     * Measures the same records on the backfill lane, with default settings. The router has put them there before they are
     * written, and the live lane is warm, so that the three ways differ only in how records wait and are written.
     */
    private IncidentResult sidetrack(Stage stage, Data data) throws InterruptedException {
        String table = "sidetrack";
        stage.sidetrack("provision", "--source", "orders", "--create-source", "--source-partitions", "3");
        stage.tables.create(table, data.keyField(), "S", Optional.empty(), "S");
        stage.startRouter(Map.of("ROUTER_SOURCE_TOPIC", "orders"));
        stage.startWriter("live", Map.of("WRITER_TOPIC", "orders-live", "WRITER_TABLE", table));
        stage.awaitReady();
        try (LiveTraffic traffic = new LiveTraffic(stage.bootstrapServers(), "orders", stage.tables, table, data)) {
            traffic.start();
            publish(stage, data, "orders");
            TimeUnit.MILLISECONDS.sleep(WARM_UP.toMillis());
            Service writer = stage.startWriter(
                    "backfill",
                    Map.of("WRITER_TOPIC", "orders-backfill", "WRITER_TABLE", table, "WRITER_LANE", "backfill"));
            IncidentResult result = new IncidentMeasurement(screen, stage, measured)
                    .measure("Sidetrack, 48 partitions", writer, data.records(), traffic);
            traffic.stopSending();
            stage.stopServices();
            return result;
        }
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

    private static Map<String, String> with(Map<String, String> some, Map<String, String> more) {
        Map<String, String> all = new HashMap<>(some);
        all.putAll(more);
        return all;
    }

    private void print(List<IncidentResult> results) {
        double slowest = results.get(0).perSecond();
        screen.print(String.format(
                Locale.ROOT,
                "%n  %-28s %11s %7s  %-22s %s",
                "",
                "records/s",
                "factor",
                "time for 14.5 million",
                "live messages meanwhile"));
        for (IncidentResult result : results) {
            screen.print(String.format(
                    Locale.ROOT,
                    "  %-28s %,11.1f %7.1f  %-22s %s",
                    result.name(),
                    result.perSecond(),
                    result.perSecond() / slowest,
                    Screen.time(RECORDS / result.perSecond()),
                    result.liveText()));
        }
        screen.print("");
    }
}
