package io.sidetrack.writer;

import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.common.control.NamedBackfill;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What an operator's setting means for a record of a backfill lane. */
class TreatmentTest {
    private static final Map<Integer, Long> WRITE_FROM = Map.of(2, 100L);

    @Test
    void recordsOfAPausedOrCancelledBackfillAreParkedOrDiscarded() {
        assertThat(Treatment.of(NamedBackfill.paused(1), 0, 0)).isEqualTo(Treatment.PARK);
        assertThat(Treatment.of(NamedBackfill.cancelled(false, 1), 0, 0)).isEqualTo(Treatment.PARK);
        assertThat(Treatment.of(NamedBackfill.cancelled(true, 1), 0, 0)).isEqualTo(Treatment.DISCARD);
    }

    @Test
    void recordsOfAResumedBackfillAreWrittenFromItsOffsets() {
        NamedBackfill resuming = NamedBackfill.paused(1).resuming(WRITE_FROM, Map.of(), 2);
        for (NamedBackfill setting : new NamedBackfill[] {resuming, resuming.resumed(Map.of(), 3)}) {
            assertThat(Treatment.of(setting, 2, 99)).isEqualTo(Treatment.PARK);
            assertThat(Treatment.of(setting, 2, 100)).isEqualTo(Treatment.WRITE);
            assertThat(Treatment.of(setting, 1, 0))
                    .as("a partition without an offset")
                    .isEqualTo(Treatment.WRITE);
        }
    }

    @Test
    void recordsBeforeTheOffsetsOfACancelledBackfillStayDiscarded() {
        NamedBackfill resumed = NamedBackfill.cancelled(true, 1)
                .resuming(WRITE_FROM, Map.of(), 2)
                .resumed(Map.of(), 3);
        assertThat(Treatment.of(resumed, 2, 99)).isEqualTo(Treatment.DISCARD);
        assertThat(Treatment.of(resumed, 2, 100)).isEqualTo(Treatment.WRITE);
    }
}
