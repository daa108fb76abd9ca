package io.sidetrack.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Labels at the ends of lines. */
class LabelsTest {
    @Test
    void labelsThatDoNotOverlapStayWhereTheyAre() {
        assertThat(Labels.spread(new double[] {200, 50}, 30, 0, 300)).containsExactly(200, 50);
    }

    @Test
    void labelsMoveApartAndStayInside() {
        assertThat(Labels.spread(new double[] {100, 100, 100}, 30, 0, 300)).containsExactly(100, 130, 160);
        assertThat(Labels.spread(new double[] {295, 300}, 30, 0, 300)).containsExactly(270, 300);
        SplittableRandom random = new SplittableRandom(5);
        for (int run = 0; run < 1000; run++) {
            double[] wanted = random.doubles(1 + random.nextInt(12), 0, 300).toArray();
            double[] placed = Labels.spread(wanted, 30, 0, 300);
            Arrays.sort(placed);
            for (int i = 0; i < placed.length; i++) {
                assertThat(placed[i]).isBetween(-1e-9, 300 + 1e-9);
                if (i > 0) {
                    double least = Math.min(30, 300.0 / (placed.length - 1));
                    assertThat(placed[i] - placed[i - 1]).isGreaterThanOrEqualTo(least - 1e-9);
                }
            }
        }
    }

    @Test
    void longNamesAreShortened() {
        assertThat(Labels.fitting("backfill lane", 100, 6)).isEqualTo("backfill lane");
        assertThat(Labels.fitting("orders-2019-from-the-old-system", 60, 6)).isEqualTo("orders-20…");
    }
}
