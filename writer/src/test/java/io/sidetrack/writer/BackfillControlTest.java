package io.sidetrack.writer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.common.control.NamedBackfill;
import io.sidetrack.common.control.NamedBackfills;
import java.util.Map;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

/** The settings of named backfills take effect when they change, and only then. */
class BackfillControlTest {
    private static final NamedBackfill PAUSED = NamedBackfill.paused(1);

    private final NamedBackfills backfills = new NamedBackfills("x-backfill");
    private final BackfillControl control = new BackfillControl(backfills, "lane-parked");

    private static Headers named(String name) {
        return new RecordHeaders().add("x-backfill", name.getBytes(UTF_8));
    }

    @Test
    void settingAppliesToTheRecordsOfItsBackfillUntilItIsRemoved() {
        control.apply(Map.of("a", PAUSED));
        assertThat(backfills.of(named("a"))).isEqualTo(PAUSED);
        assertThat(backfills.of(named("b"))).isNull();
        assertThat(backfills.of(new RecordHeaders())).isNull();
        NamedBackfill resuming = PAUSED.resuming(Map.of(0, 5L), Map.of(), 2);
        control.apply(Map.of("a", resuming, "b", PAUSED));
        assertThat(backfills.of(named("a"))).isEqualTo(resuming);
        assertThat(backfills.of(named("b"))).isEqualTo(PAUSED);
        control.apply(Map.of());
        assertThat(backfills.isEmpty()).isTrue();
    }

    /** Each change makes records that are to be parked wait for the writes before it. */
    @Test
    void unchangedSettingsAreNoChange() {
        assertThat(backfills.number()).isZero();
        control.apply(Map.of("a", PAUSED));
        long first = backfills.number();
        assertThat(first).isPositive();
        control.apply(Map.of("a", NamedBackfill.paused(1)));
        assertThat(backfills.number()).isEqualTo(first);
        control.apply(Map.of("a", NamedBackfill.cancelled(false, 1)));
        assertThat(backfills.number()).isGreaterThan(first);
    }

    /** A resume publishes offsets for the routers every three seconds, for hours if a producer is fast. */
    @Test
    void settingThatMeansTheSameToAWriterIsNoNews() {
        assertThat(control.changes(Map.of("a", PAUSED)))
                .isEqualTo(Map.of("a", "paused, its records are moved to lane-parked"));
        control.apply(Map.of("a", PAUSED.resuming(Map.of(0, 5L), Map.of(0, 1L), 2)));
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
        control.apply(Map.of("a", PAUSED));
        assertThat(control.changes(Map.of("a", resumed))).containsOnlyKeys("a");
    }
}
