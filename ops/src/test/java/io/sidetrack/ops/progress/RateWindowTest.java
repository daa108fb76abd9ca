package io.sidetrack.ops.progress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sidetrack.ops.cluster.GroupPosition;
import io.sidetrack.ops.cluster.OffsetRange;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Rates of readers that commit often, every 15 s, or not at all. */
class RateWindowTest {
    private static final double STEP_SECONDS = 0.5;
    private static final Offset<Double> TOLERANCE = within(0.4);

    private final RateWindow window = new RateWindow(Duration.ofSeconds(40));
    private double now;

    private static GroupPosition position(long committed, long end) {
        return new GroupPosition(
                "t",
                "g",
                new TreeMap<>(Map.of(
                        0, new GroupPosition.PartitionPosition(new OffsetRange(0, end), OptionalLong.of(committed)))));
    }

    private void look(long committed, long end) {
        window.add((long) (now * 1e9), position(committed, end));
    }

    /** Samples a reader that keeps up with a rate, and commits at an interval. */
    private void run(double seconds, double perSecond, double commitSeconds) {
        for (double end = now + seconds; now < end; now += STEP_SECONDS) {
            long committed = (long) (Math.floor(now / commitSeconds) * commitSeconds * perSecond);
            look(committed, (long) (now * perSecond));
        }
    }

    @Test
    void rateOfAReaderThatCommitsEvery15SecondsIsKnownAfterTwoCommits() {
        now = 3;
        run(2, 10, 15);
        assertThat(window.read(true)).as("no commit was seen").isEmpty();
        run(12, 10, 15);
        assertThat(window.read(true)).as("one commit, of unknown duration").isEmpty();
        run(14, 10, 15);
        for (int i = 0; i < 200; i++) {
            run(STEP_SECONDS, 10, 15);
            assertThat(window.read(true).orElseThrow()).as("at " + now).isCloseTo(10, TOLERANCE);
            assertThat(window.arriving()).isCloseTo(10, TOLERANCE);
        }
    }

    @Test
    void rateOfAReaderThatCommitsAllTheTimeIsKnownAtOnce() {
        run(2.5, 10, 0.1);
        assertThat(window.read(true).orElseThrow()).isCloseTo(10, TOLERANCE);
    }

    @Test
    void rateOfAStoppedReaderDecreases() {
        run(10, 10, 0.1);
        long committed = window.now().read();
        for (double end = now + 30; now < end; now += STEP_SECONDS) {
            look(committed, committed + 500);
        }
        assertThat(window.read(true).orElseThrow()).isLessThan(3);
        for (double end = now + 30; now < end; now += STEP_SECONDS) {
            look(committed, committed + 500);
        }
        assertThat(window.read(true).orElseThrow()).isZero();
    }

    @Test
    void rateIsZeroWithoutMembersOrWithoutLag() {
        look(5, 9);
        now += 1;
        look(5, 9);
        assertThat(window.read(false).orElseThrow()).isZero();
        assertThat(window.read(true)).isEmpty();
        RateWindow idle = new RateWindow(Duration.ofSeconds(40));
        idle.add(0, position(9, 9));
        idle.add(1, position(9, 9));
        assertThat(idle.read(true).orElseThrow()).isZero();
    }

    @Test
    void rangesSinceTheFirstSampleAreKnownByPartition() {
        look(5, 9);
        now += 1;
        look(7, 19);
        assertThat(window.read()).isEqualTo(Map.of(0, new OffsetRange(5, 7)));
        assertThat(window.written()).isEqualTo(Map.of(0, new OffsetRange(9, 19)));
    }
}
