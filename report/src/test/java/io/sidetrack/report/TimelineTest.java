package io.sidetrack.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sidetrack.report.Timeline.Merge;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Values over time in bounded memory. */
class TimelineTest {
    @Test
    void keepsFewSamplesAsTheyAre() {
        Timeline timeline = new Timeline(8, Merge.MAX, Merge.MEAN);
        timeline.add(1, 5, 10);
        timeline.gap(2);
        timeline.add(3, 7, 20);
        assertThat(timeline.seconds()).containsExactly(1, 2, 3);
        assertThat(timeline.values(0)).containsExactly(5, Double.NaN, 7);
        assertThat(timeline.values(1)).containsExactly(10, Double.NaN, 20);
    }

    @Test
    void aPeakStaysAndAnAverageStaysTrueWhateverTheDuration() {
        SplittableRandom random = new SplittableRandom(3);
        for (int n : new int[] {1, 99, 100, 101, 12_345, 1_000_000}) {
            Timeline timeline = new Timeline(100, Merge.MAX, Merge.MEAN);
            int peak = random.nextInt(n);
            double sum = 0;
            for (int i = 0; i < n; i++) {
                double rate = random.nextInt(100);
                sum += rate;
                timeline.add(i, i == peak ? 1e6 : random.nextInt(1000), rate);
            }
            assertThat(timeline.size()).isLessThanOrEqualTo(100).isGreaterThanOrEqualTo(Math.min(n, 50));
            assertThat(timeline.seconds()).hasSize(timeline.size()).isSorted();
            assertThat(timeline.seconds()[timeline.size() - 1])
                    .as("the newest sample")
                    .isEqualTo(n - 1);
            assertThat(Arrays.stream(timeline.values(0)).max().orElseThrow()).isEqualTo(1e6);
            double[] seconds = timeline.seconds();
            double[] rates = timeline.values(1);
            double total = 0;
            for (int i = 0; i < rates.length; i++) {
                total += rates[i] * (seconds[i] - (i == 0 ? -1 : seconds[i - 1]));
            }
            assertThat(total).isCloseTo(sum, within(1e-6 * sum + 1e-9));
        }
    }

    @Test
    void rowsWithoutAValueDoNotCountInAverages() {
        Timeline timeline = new Timeline(2, Merge.MEAN);
        timeline.add(1, 4);
        timeline.gap(2);
        timeline.add(3, 10);
        assertThat(timeline.values(0)).containsExactly(4, 10);
        timeline.add(4, Double.NaN);
        assertThat(timeline.values(0)).as("of 4, none, 10, none").containsExactly(7);
    }
}
