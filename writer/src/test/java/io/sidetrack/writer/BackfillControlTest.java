package io.sidetrack.writer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.common.control.NamedBackfill;
import io.sidetrack.common.control.NamedBackfills;
import io.sidetrack.common.topic.IdentityWatch;
import io.sidetrack.common.topic.TopicIdentity;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

/** The settings of named backfills take effect when they change, and only then. */
class BackfillControlTest {
    private static final NamedBackfill PAUSED = NamedBackfill.paused(1);

    private final NamedBackfills backfills = new NamedBackfills("x-backfill");
    private TopicIdentity lane = new TopicIdentity("cluster", "first");
    private int lookups;
    private long nanos;
    private final BackfillControl control = new BackfillControl(
            backfills,
            "lane-parked",
            new IdentityWatch(
                    lane,
                    () -> {
                        lookups++;
                        return lane;
                    },
                    () -> nanos,
                    failure -> {}));

    private static Headers named(String name) {
        return new RecordHeaders().add("x-backfill", name.getBytes(UTF_8));
    }

    @Test
    void settingAppliesToTheRecordsOfItsBackfillUntilItIsRemoved() {
        control.apply(Map.of("a", PAUSED), false);
        assertThat(backfills.of(named("a"))).isEqualTo(PAUSED);
        assertThat(backfills.of(named("b"))).isNull();
        assertThat(backfills.of(new RecordHeaders())).isNull();
        NamedBackfill resuming = PAUSED.resuming(Map.of(0, 5L), Map.of(), 2);
        control.apply(Map.of("a", resuming, "b", PAUSED), false);
        assertThat(backfills.of(named("a"))).isEqualTo(resuming);
        assertThat(backfills.of(named("b"))).isEqualTo(PAUSED);
        control.apply(Map.of(), false);
        assertThat(backfills.isEmpty()).isTrue();
    }

    /** Records of the new lane would be parked, and nobody would copy them back. */
    @Test
    void offsetsOfALaneThatWasDeletedMeanNothingInTheNewOne() {
        Map<String, NamedBackfill> settings = Map.of(
                "a",
                PAUSED.resuming(Map.of(0, 500L), Map.of(), 2).withLane(lane).resumed(Map.of(), 3));
        control.apply(settings, false);
        assertThat(Treatment.of(backfills.of(named("a")), 0, 499)).isEqualTo(Treatment.PARK);
        int before = lookups;
        lane = new TopicIdentity("cluster", "second");
        control.apply(settings, false);
        assertThat(lookups).as("not each time").isEqualTo(before);
        control.apply(settings, true);
        assertThat(Treatment.of(backfills.of(named("a")), 0, 0)).isEqualTo(Treatment.WRITE);
        Map<String, NamedBackfill> next =
                Map.of("a", PAUSED.resuming(Map.of(0, 3L), Map.of(), 4).withLane(lane));
        control.apply(next, false);
        assertThat(Treatment.of(backfills.of(named("a")), 0, 2)).isEqualTo(Treatment.PARK);
        lane = new TopicIdentity("cluster", "third");
        nanos += Duration.ofSeconds(10).toNanos();
        control.apply(next, false);
        assertThat(Treatment.of(backfills.of(named("a")), 0, 2)).isEqualTo(Treatment.WRITE);
    }

    @Test
    void settingOfAnEarlierBuildAppliesToTheLaneOfItsName() {
        control.apply(Map.of("a", PAUSED.resuming(Map.of(0, 500L), Map.of(), 2)), true);
        assertThat(Treatment.of(backfills.of(named("a")), 0, 499)).isEqualTo(Treatment.PARK);
        assertThat(lookups).as("only to know the lane").isPositive();
    }

    @Test
    void laneIsNotLookedUpUnlessItMatters() {
        control.apply(Map.of(), true);
        NamedBackfill resumed = PAUSED.resuming(Map.of(), Map.of(), 2).resumed(Map.of(), 3);
        control.apply(Map.of("a", resumed), true);
        control.apply(Map.of("a", resumed), true);
        assertThat(lookups).isZero();
    }

    /** Each change makes records that are to be parked wait for the writes before it. */
    @Test
    void unchangedSettingsAreNoChange() {
        assertThat(backfills.number()).isZero();
        control.apply(Map.of("a", PAUSED), false);
        long first = backfills.number();
        assertThat(first).isPositive();
        control.apply(Map.of("a", NamedBackfill.paused(1)), false);
        assertThat(backfills.number()).isEqualTo(first);
        control.apply(Map.of("a", NamedBackfill.cancelled(false, 1)), false);
        assertThat(backfills.number()).isGreaterThan(first);
    }

    /** A resume publishes offsets for the routers every three seconds, for hours if a producer is fast. */
    @Test
    void settingThatMeansTheSameToAWriterIsNoNews() {
        assertThat(control.changes(Map.of("a", PAUSED)))
                .isEqualTo(Map.of("a", "paused, its records are moved to lane-parked"));
        control.apply(Map.of("a", PAUSED.resuming(Map.of(0, 5L), Map.of(0, 1L), 2)), false);
        assertThat(control.changes(Map.of("a", PAUSED.resuming(Map.of(0, 5L), Map.of(0, 2L), 3))))
                .isEmpty();
        assertThat(control.changes(Map.of("a", PAUSED.resuming(Map.of(0, 6L), Map.of(0, 2L), 4))))
                .containsOnlyKeys("a");
        assertThat(control.changes(Map.of())).containsOnlyKeys("a");
    }

    @Test
    void backfillThatWasResumedBeforeTheStartIsNoNews() {
        NamedBackfill resumed = PAUSED.resuming(Map.of(0, 5L), Map.of(), 2).resumed(Map.of(), 3);
        assertThat(control.changes(Map.of("a", resumed))).isEmpty();
        control.apply(Map.of("a", PAUSED), false);
        assertThat(control.changes(Map.of("a", resumed))).containsOnlyKeys("a");
    }
}
