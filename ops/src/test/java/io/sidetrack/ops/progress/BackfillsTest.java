package io.sidetrack.ops.progress;

import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.common.control.NamedBackfill;
import io.sidetrack.common.status.BackfillOutcome;
import io.sidetrack.common.status.StatusEntry;
import io.sidetrack.common.status.StatusEntry.NameCounts;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What services publish about named backfills becomes their progress. */
class BackfillsTest {
    private static final long NOW_MS = 10_000_000;

    private static StatusEntry entry(long atMs, long uncertain, String name, Map<BackfillOutcome, Long> counts) {
        return new StatusEntry(
                "o", 1, false, 0, atMs, uncertain, new TreeMap<>(Map.of(name, new NameCounts(atMs, counts))));
    }

    private static StatusEntry routed(long records) {
        return entry(NOW_MS - 1000, 0, "a", Map.of(BackfillOutcome.ROUTED, records));
    }

    private static StatusEntry written(long atMs, long records) {
        return entry(atMs, 0, "a", Map.of(BackfillOutcome.WRITTEN, records));
    }

    private static Backfills of(
            List<List<StatusEntry>> routers, List<List<StatusEntry>> writers, Map<String, NamedBackfill> settings) {
        PublishedCounts counts = PublishedCounts.of(routers, writers, List.of(), NOW_MS);
        return new Backfills(counts.progress(settings), counts.uncertain(), NOW_MS);
    }

    @Test
    void partitionsAreAddedUpAndTheRateIsThatOfTheLastMinute() {
        Backfills all = of(
                List.of(List.of(routed(1)), List.of(routed(7_999))),
                List.of(
                        List.of(written(NOW_MS - 30_000, 1_000), written(NOW_MS - 10_000, 3_000)),
                        List.of(written(NOW_MS - 20_000, 900), written(NOW_MS - 10_000, 1_000)),
                        // Nothing has changed for a long time.
                        List.of(written(NOW_MS - 200_000, 100), written(NOW_MS - 100_000, 2_000))),
                Map.of());
        assertThat(all.lines())
                .containsExactly("backfill a: routed 8,000, written 6,000 (75.0 %), left 2,000, 110/s, 0:18 left");
        assertThat(all.json().get(0))
                .containsEntry("routed", 8_000L)
                .containsEntry("left", 2_000L)
                .containsEntry("perSecond", 110.0)
                .doesNotContainKey("state");
    }

    /** Services count only some names by themselves. */
    @Test
    void backfillThatMayBeCountedWithOthersIsNotShownAsDone() {
        StatusEntry router = entry(NOW_MS, 0, StatusEntry.OTHER, Map.of(BackfillOutcome.ROUTED, 10L));
        Backfills all = of(
                List.of(List.of(router)),
                List.of(List.of(written(NOW_MS, 5))),
                Map.of(
                        "z",
                        NamedBackfill.paused(1).resuming(Map.of(), Map.of(), 2).resumed(Map.of(), 3)));
        assertThat(all.json().get(2))
                .containsEntry("name", "z")
                .doesNotContainKeys("routed", "left")
                .containsEntry("written", 0L);
        assertThat(all.lines().get(2)).isEqualTo("backfill z: written 0, time left not known");
    }

    @Test
    void parkedRecordsAreLeftAndDiscardedOnesAreNot() {
        StatusEntry router = entry(
                NOW_MS,
                0,
                "a",
                Map.of(BackfillOutcome.ROUTED, 10L, BackfillOutcome.PARKED, 20L, BackfillOutcome.DISCARDED, 5L));
        StatusEntry writer = entry(
                NOW_MS,
                3,
                "a",
                Map.of(
                        BackfillOutcome.WRITTEN,
                        2L,
                        BackfillOutcome.SUPERSEDED,
                        1L,
                        BackfillOutcome.DEAD_LETTERED,
                        1L,
                        BackfillOutcome.PARKED,
                        4L,
                        BackfillOutcome.DISCARDED,
                        2L));
        StatusEntry operator = entry(NOW_MS, 0, "a", Map.of(BackfillOutcome.DISCARDED, 6L));
        PublishedCounts counts = PublishedCounts.of(
                List.of(List.of(router)), List.of(List.of(writer)), List.of(List.of(operator)), NOW_MS);
        List<String> lines = new Backfills(
                        counts.progress(Map.of("a", NamedBackfill.paused(1))), counts.uncertain(), NOW_MS)
                .lines();
        assertThat(lines)
                .containsExactly(
                        "backfill a: routed 35, written 3 (8.5 %), dead letters 1, discarded 13, left 18, paused",
                        "  (up to 3 records are counted twice or not at all, because a service ended without its last counts)");
    }

    @Test
    void whatIsNotKnownIsNotShown() {
        assertThat(of(List.of(), List.of(), Map.of("b", NamedBackfill.cancelled(true, 1)))
                        .lines())
                .containsExactly("backfill b: cancelled");
        assertThat(of(List.of(List.of(routed(5))), List.of(), Map.of()).lines())
                .containsExactly("backfill a: routed 5, time left not known");
        assertThat(of(List.of(List.of(routed(5))), List.of(List.of(written(NOW_MS, 9))), Map.of())
                        .lines())
                .as("routers have begun to count later")
                .containsExactly("backfill a: routed 5, written 9, time left not known");
        assertThat(of(List.of(), List.of(), Map.of()).lines()).isEmpty();
    }

    @Test
    void aBackfillThatIsOverForAnHourIsOnlyCounted() {
        long longAgoMs = NOW_MS - 3_700_000;
        List<List<StatusEntry>> routers =
                List.of(List.of(entry(longAgoMs, 0, "a", Map.of(BackfillOutcome.ROUTED, 5L))));
        List<List<StatusEntry>> writers = List.of(List.of(written(longAgoMs, 5)));
        assertThat(of(routers, writers, Map.of()).lines()).containsExactly("1 backfill is over for more than an hour");
        assertThat(of(routers, writers, Map.of("a", NamedBackfill.paused(1))).lines())
                .containsExactly("backfill a: routed 5, written 5 (100.0 %), left 0, 0.0/s, paused");
        assertThat(of(routers, writers, Map.of()).json()).hasSize(1);
    }
}
