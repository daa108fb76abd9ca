package io.sidetrack.sandbox.demo;

import io.sidetrack.sandbox.Screen;
import io.sidetrack.sandbox.demo.Stage.Service;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** Runs live traffic, then a backfill at the same time, and then compares the table with the records of both. */
final class Demo {
    static final String SOURCE = "orders";
    static final String LIVE = "orders-live";
    static final String BACKFILL = "orders-backfill";
    static final String TABLE = "sidetrack-demo";
    /**
     * DynamoDB Local executes one call at a time, unlike DynamoDB: more batches in flight would not make the backfill faster
     * here, and every live write would queue behind them.
     */
    private static final String IN_FLIGHT = "4";

    private final Screen screen;
    private final Output output;
    private final boolean keep;

    Demo(Screen screen, Output output, boolean keep) {
        this.screen = screen;
        this.output = output;
        this.keep = keep;
    }

    /**
     * Runs the demo and writes its report.
     *
     * @param warmUp how long JVMs warm up before anything is measured
     * @param baseline how long live traffic is measured before the backfill
     * @return the exit code
     */
    int run(Data data, Duration warmUp, Duration baseline) throws InterruptedException {
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
                DemoRun run = new DemoRun(screen, stage, router, live, backfill, traffic, data);
                DemoResult result = run.run(warmUp, baseline, keep);
                screen.print(result.summary());
                output.write(DemoReport.of(result, run.recording(), Machine.text()));
                if (keep) {
                    keepRunning(stage, router, live, backfill);
                }
                return result.isSame() ? 0 : 1;
            }
        }
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
