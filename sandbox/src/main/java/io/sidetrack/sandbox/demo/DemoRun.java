package io.sidetrack.sandbox.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.sidetrack.common.lane.DefaultNames;
import io.sidetrack.sandbox.SandboxException;
import io.sidetrack.sandbox.Screen;
import io.sidetrack.sandbox.ServiceProcess;
import io.sidetrack.sandbox.demo.DemoResult.LaneAccount;
import io.sidetrack.sandbox.demo.DemoResult.Part;
import io.sidetrack.sandbox.demo.Stage.Service;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.ProducerRecord;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** One run of the demo on services that are ready. */
final class DemoRun {
    private static final int WARM_UP_RECORDS = 3000;
    private static final long REFRESH_MS = 250;
    private static final Duration SETTLE_LIMIT = Duration.ofSeconds(60);
    private static final Duration COUNT_LIMIT = Duration.ofSeconds(10);

    private final Screen screen;
    private final Stage stage;
    private final Service router;
    private final Service live;
    private final Service backfill;
    private final LiveTraffic traffic;
    private final Data data;
    private final Recording recording;

    DemoRun(
            Screen screen,
            Stage stage,
            Service router,
            Service live,
            Service backfill,
            LiveTraffic traffic,
            Data data) {
        this.screen = screen;
        this.stage = stage;
        this.router = router;
        this.live = live;
        this.backfill = backfill;
        this.traffic = traffic;
        this.data = data;
        this.recording = new Recording(this::reading, traffic::takeSeen, traffic::oldestWaitMs, System::nanoTime);
    }

    private Reading reading() {
        return Reading.of(stage, Demo.SOURCE, router, live, backfill);
    }

    /** What was recorded over time. */
    Recording recording() {
        return recording;
    }

    /**
     * Sends live traffic, then a backfill at the same time, and compares the table with both.
     *
     * @param keep whether the services continue afterwards; otherwise they are stopped, so that everything is committed
     */
    DemoResult run(Duration warmUp, Duration baseline, boolean keep) throws InterruptedException {
        traffic.start();
        long warm = warmUp(warmUp);
        Latencies before = traffic.measure();
        long liveBefore = traffic.sent().size();
        Reading start = recording.begin("live traffic only");
        watch(baseline, () -> false, () -> "live lane without backfill: " + before);
        screen.print("live lane without backfill: " + before);

        Latencies during = traffic.measure();
        Reading backfillStart = recording.begin("live traffic and backfill");
        double seconds = backfill(warm, during);
        screen.print(DemoResult.backfillText(data.records(), seconds));
        screen.print("live lane during backfill:  " + during);
        Reading backfillEnd = recording.begin("last messages");
        traffic.stopSending();
        watch(SETTLE_LIMIT, traffic::allSeen, () -> "waiting for the last live messages");
        // A router counts records a moment after it has committed them, when a writer may have written them already.
        watch(
                COUNT_LIMIT,
                () -> lanes(reading(), warm).stream().allMatch(LaneAccount::isComplete),
                () -> "waiting for the last counts");
        Reading end = recording.end();
        List<LaneAccount> lanes = lanes(end, warm);
        if (keep) {
            watch(SETTLE_LIMIT, () -> lag() == 0, () -> "waiting for the writers to commit");
        } else {
            stage.stopServices();
        }
        Map<String, byte[]> expected = new HashMap<>(data.last());
        expected.putAll(traffic.sent());
        double batches = end.batches(start);
        return new DemoResult(
                data.records(),
                seconds,
                new Part(before, backfillStart.liveCallMs(start)),
                new Part(during, backfillEnd.liveCallMs(backfillStart)),
                traffic.sent().size() - liveBefore,
                warm,
                batches,
                batches == 0 ? 0 : end.items(start) / batches,
                lanes,
                stage.topics.read(DefaultNames.deadLetterTopic(Demo.LIVE)).size()
                        + stage.topics
                                .read(DefaultNames.deadLetterTopic(Demo.BACKFILL))
                                .size(),
                lag(Demo.LIVE),
                lag(Demo.BACKFILL),
                expected.size(),
                different(expected));
    }

    /** @return how long it took, in seconds */
    private double backfill(long warm, Latencies during) throws InterruptedException {
        long start = System.nanoTime();
        ServiceProcess publish = stage.startSidetrack(
                "publish",
                data.file().toString(),
                "--topic",
                Demo.SOURCE,
                "--key",
                "/" + data.keyField(),
                "--backfill",
                "demo",
                "--progress",
                "none");
        watch(Duration.ofDays(7), () -> backfill.finished() - warm >= data.records(), () -> {
            requireNotFailed(publish);
            long done = (long) backfill.finished() - warm;
            double seconds = (System.nanoTime() - start) / 1e9;
            return Screen.progress("backfill", done, data.records(), done / seconds) + "; live lane: " + during;
        });
        return (System.nanoTime() - start) / 1e9;
    }

    /**
     * Sends some of the records before they are published: while JVMs are warming up on a few processors, latencies do not
     * show the effect of the lanes.
     *
     * @return the number of records that were sent
     */
    private long warmUp(Duration duration) throws InterruptedException {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (byte[] line : data.first(WARM_UP_RECORDS)) {
            ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(Demo.SOURCE, data.keyOf(line), line);
            record.headers().add("x-backfill", "warm-up".getBytes(UTF_8));
            records.add(record);
        }
        long sent = 0;
        long start = System.nanoTime();
        while (System.nanoTime() - start < duration.toNanos()) {
            stage.topics.send(records);
            sent += records.size();
            long all = sent;
            watch(SETTLE_LIMIT, () -> backfill.finished() >= all, () -> "warming up");
        }
        return sent;
    }

    private static void requireNotFailed(ServiceProcess publish) {
        if (!publish.isAlive() && publish.exitCode(Duration.ZERO) != 0) {
            throw new SandboxException("sidetrack publish failed: " + publish.errors());
        }
    }

    private void watch(Duration limit, BooleanSupplier done, Supplier<String> line) throws InterruptedException {
        long start = System.nanoTime();
        while (!done.getAsBoolean() && System.nanoTime() - start < limit.toNanos()) {
            stage.requireAlive();
            traffic.requireRunning();
            recording.sample();
            screen.status(line.get());
            TimeUnit.MILLISECONDS.sleep(REFRESH_MS);
        }
    }

    private List<LaneAccount> lanes(Reading end, long warm) {
        long sentLive = traffic.sent().size();
        return List.of(LaneAccount.of("live", sentLive, end), LaneAccount.of("backfill", warm + data.records(), end));
    }

    private long lag() {
        return lag(Demo.LIVE) + lag(Demo.BACKFILL);
    }

    private long lag(String lane) {
        return stage.topics.lag(DefaultNames.writerGroup(lane, Demo.TABLE), lane);
    }

    /** The number of items that are missing, differ from what was sent, or were never sent. */
    private long different(Map<String, byte[]> expected) {
        Map<String, byte[]> missing = new HashMap<>(expected);
        long different = 0;
        for (Map<String, AttributeValue> item : stage.tables.scan(Demo.TABLE)) {
            AttributeValue key = item.get(data.keyField());
            byte[] line = missing.remove(key.s() == null ? key.n() : key.s());
            JsonNode sent = line == null ? null : Data.parse(line);
            if (sent == null || !Comparison.isSame(sent, item)) {
                different++;
            }
        }
        return different + missing.size();
    }
}
