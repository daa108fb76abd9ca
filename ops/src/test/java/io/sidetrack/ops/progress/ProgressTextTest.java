package io.sidetrack.ops.progress;

import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.common.control.Steering;
import io.sidetrack.ops.cluster.Span;
import io.sidetrack.ops.cluster.Standing;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What two looks say. */
class ProgressTextTest {
    private static Standing at(long start, long committed, long end) {
        return new Standing(
                "orders-backfill",
                "writer",
                new TreeMap<>(Map.of(0, new Standing.Place(new Span(start, end), OptionalLong.of(committed)))));
    }

    private static String line(Standing before, Standing now, boolean bars) {
        return line(LaneProgress.between("backfill", before, now, 2, true), bars);
    }

    private static String line(LaneProgress progress, boolean bars) {
        return new ProgressText(false)
                .lines(List.of(progress), Map.of(), Steering.NONE, bars)
                .get(0);
    }

    @Test
    void lagRateAndTimeLeft() {
        assertThat(line(at(0, 2000, 10_000), at(0, 4000, 10_000), false))
                .isEqualTo(
                        "backfill  40.0 % of 10,000 offsets in orders-backfill, lag 6,000, 1,000/s read, 0/s arriving, 0:06 left");
    }

    @Test
    void barForSomebodyWhoWatches() {
        assertThat(line(at(0, 2000, 10_000), at(0, 5000, 10_000), true)).contains("[############------------]  50.0 %");
    }

    @Test
    void whatNeverEndsIsSaid() {
        assertThat(line(at(0, 0, 10_000), at(0, 1000, 20_000), false)).endsWith("falling behind");
        assertThat(line(at(0, 0, 10_000), at(0, 0, 10_000), false)).endsWith("nobody reads it");
        assertThat(line(at(0, 10_000, 10_000), at(0, 10_000, 10_000), false)).endsWith("nothing left");
        assertThat(line(at(0, 0, 0), at(0, 0, 0), false)).contains("100.0 %").endsWith("nothing left");
    }

    @Test
    void lagWithoutRecordsIsNothingLeft() {
        LaneProgress markers =
                LaneProgress.between("backfill", at(0, 300_000, 301_004), at(0, 301_000, 301_004), 2, false);
        assertThat(markers.secondsLeft()).contains(0.0);
        assertThat(line(markers, false))
                .contains("100.0 % of 301,004 offsets", "lag 4,")
                .endsWith("nothing left: the lag contains no record");
    }

    @Test
    void offsetBeyondTheEndIsOfATopicThatIsGone() {
        assertThat(at(5, 100, 10).next()).isEqualTo(Map.of(0, 5L));
        assertThat(at(5, 100, 10).lag()).isEqualTo(5);
    }

    @Test
    void almostAllIsNotAll() {
        assertThat(line(at(0, 0, 1_000_000), at(0, 999_999, 1_000_000), false)).contains(" 99.9 %");
    }

    @Test
    void recordsThatWereDeletedAreNoLag() {
        Standing standing = at(500, 100, 1000);
        assertThat(standing.lag()).isEqualTo(500);
        assertThat(standing.lost()).isEqualTo(400);
    }
}
