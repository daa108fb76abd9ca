package io.sidetrack.sandbox.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.report.Chart.Phase;
import io.sidetrack.sandbox.demo.Latencies.Seen;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the demo records, from counters that the test sets. */
class RecordingTest {
    private static final long SECOND = 1_000_000_000L;

    private long nanos = 100 * SECOND;
    private double sent;
    private double routedLive;
    private double routedBackfill;
    private double writtenLive;
    private double writtenBackfill;
    private double liveCalls;
    private double liveCallSeconds;
    private double batches;
    private double oldestWaitMs;
    private boolean answers = true;
    private final List<Seen> seen = new ArrayList<>();

    private final Recording recording = new Recording(
            this::reading,
            () -> {
                List<Seen> taken = List.copyOf(seen);
                seen.clear();
                return taken;
            },
            () -> oldestWaitMs,
            () -> nanos);

    private Reading reading() {
        Map<String, Double> router = Map.of(
                "sidetrack_router_records_total{lane=\"live\",rule=\"none\"}",
                routedLive,
                "sidetrack_router_records_total{lane=\"backfill\",rule=\"header\"}",
                routedBackfill);
        return new Reading(
                nanos,
                sent,
                new Metrics(router),
                new Metrics(answers ? writer(writtenLive) : Map.of()),
                new Metrics(writer(writtenBackfill)));
    }

    private Map<String, Double> writer(double written) {
        Map<String, Double> metrics = new HashMap<>();
        metrics.put("sidetrack_writer_items_total{outcome=\"written\"}", written - 1);
        metrics.put("sidetrack_writer_items_total{outcome=\"superseded\"}", 1.0);
        metrics.put("sidetrack_writer_items_total{outcome=\"forgotten\"}", 77.0);
        metrics.put("sidetrack_writer_request_seconds_count{outcome=\"ok\"}", liveCalls);
        metrics.put("sidetrack_writer_request_seconds_sum{outcome=\"ok\"}", liveCallSeconds);
        metrics.put("sidetrack_writer_batch_size_count", batches);
        metrics.put("sidetrack_writer_batch_size_sum", batches * 20);
        return metrics;
    }

    @Test
    void recordsLagsRatesAndLatencies() {
        sent = 20_000;
        routedLive = 100;
        writtenLive = 100;
        routedBackfill = 10_000;
        writtenBackfill = 9_000;
        liveCalls = 50;
        liveCallSeconds = 1;
        seen.add(new Seen(9999, 1));
        recording.sample();
        Reading start = recording.begin("alone");
        nanos += SECOND / 2;
        recording.sample();
        assertThat(recording.seconds()).as("too early for a row").isEmpty();

        nanos += 3 * SECOND / 2;
        sent = 30_000;
        routedLive = 110;
        writtenLive = 106;
        routedBackfill = 18_000;
        writtenBackfill = 13_000;
        liveCalls = 55;
        liveCallSeconds = 1.25;
        batches = 7;
        seen.addAll(List.of(new Seen(150, 10), new Seen(130, 30), new Seen(400, 20)));
        oldestWaitMs = 90;
        recording.sample();
        assertThat(recording.seconds()).containsExactly(2);
        assertThat(recording.values(Recording.SOURCE_LAG)).containsExactly(30_000 - 110 - 18_000);
        assertThat(recording.values(Recording.LIVE_LAG)).containsExactly(4);
        assertThat(recording.values(Recording.BACKFILL_LAG)).containsExactly(5_000);
        assertThat(recording.values(Recording.LIVE_ROUTED)).containsExactly(5);
        assertThat(recording.values(Recording.LIVE_WRITTEN)).containsExactly(3);
        assertThat(recording.values(Recording.BACKFILL_ROUTED)).containsExactly(4_000);
        assertThat(recording.values(Recording.BACKFILL_WRITTEN)).containsExactly(2_000);
        assertThat(recording.values(Recording.SLOWEST))
                .as("not that of the warm-up")
                .containsExactly(400);
        assertThat(recording.values(Recording.MEDIAN)).containsExactly(150);
        assertThat(recording.values(Recording.ENDPOINT))
                .as("calls of 50 ms, reads of 20 ms")
                .containsExactly(50 + 20);

        Reading end = recording.end();
        assertThat(end.batches(start)).as("of both writers").isEqualTo(14);
        assertThat(end.items(start)).isEqualTo(14 * 20);
    }

    @Test
    void aMessageThatStillWaitsHasTakenAtLeastAsLong() {
        recording.begin("alone");
        nanos += SECOND;
        oldestWaitMs = 1500;
        recording.sample();
        nanos += SECOND;
        oldestWaitMs = 2500;
        seen.add(new Seen(120, 1));
        recording.sample();
        nanos += SECOND;
        oldestWaitMs = 0;
        recording.sample();
        assertThat(recording.values(Recording.SLOWEST)).containsExactly(1500, 2500, Double.NaN);
        assertThat(recording.values(Recording.MEDIAN)).containsExactly(Double.NaN, 120, Double.NaN);
    }

    @Test
    void aServiceThatDoesNotRespondLeavesAGap() {
        recording.begin("alone");
        nanos += SECOND;
        answers = false;
        recording.sample();
        nanos += SECOND;
        answers = true;
        routedLive = 10;
        recording.sample();
        assertThat(recording.values(Recording.LIVE_ROUTED)).as("10 in 2 s").containsExactly(Double.NaN, 5);
    }

    @Test
    void aPhaseEndsWhereTheNextOneBegins() {
        recording.begin("alone");
        nanos += 15 * SECOND;
        recording.begin("backfill");
        nanos += 30 * SECOND;
        recording.end();
        assertThat(recording.phases()).containsExactly(new Phase("alone", 0, 15), new Phase("backfill", 15, 45));
    }
}
