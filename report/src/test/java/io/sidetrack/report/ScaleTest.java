package io.sidetrack.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sidetrack.report.Scale.Kind;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Axes of values. */
class ScaleTest {
    private static Scale scale(Kind kind, double... values) {
        return Scale.of(kind, List.of(values));
    }

    @Test
    void linearBeginsAtZeroAndHasRoundLabels() {
        assertThat(scale(Kind.LINEAR, 3864).labels()).containsExactly(0.0, 1000.0, 2000.0, 3000.0, 4000.0);
        assertThat(scale(Kind.LINEAR, 0.7, 5).labels()).containsExactly(0.0, 1.0, 2.0, 3.0, 4.0, 5.0);
        assertThat(scale(Kind.LINEAR, 5, 2000).at(1000)).isEqualTo(0.5);
    }

    @Test
    void logarithmicEndsAtRoundNumbers() {
        Scale scale = scale(Kind.LOG, 134, 806);
        assertThat(scale.labels()).containsExactly(100.0, 200.0, 500.0, 1000.0);
        assertThat(scale.at(100)).isZero();
        assertThat(scale.at(1000)).isEqualTo(1);
        assertThat(scale.at(Math.sqrt(100 * 1000))).isCloseTo(0.5, within(1e-9));
    }

    @Test
    void manyDecadesHaveALabelForEachPowerAndLinesBetween() {
        Scale scale = scale(Kind.LOG, 3, 806_000);
        assertThat(scale.labels()).containsExactly(10.0, 100.0, 1000.0, 10_000.0, 100_000.0, 1_000_000.0);
        assertThat(scale.lines()).contains(2.0, 5.0, 200.0, 500_000.0);
    }

    @Test
    void zeroHasAPlaceBelowOne() {
        Scale scale = scale(Kind.LOG_FROM_ZERO, 0, 3, 61_234);
        assertThat(scale.labels()).containsExactly(0.0, 1.0, 10.0, 100.0, 1000.0, 10_000.0, 100_000.0);
        assertThat(scale.at(0)).isZero();
        assertThat(scale.at(1)).isGreaterThan(0.05);
    }

    @Test
    void everyValueIsWithinTheScaleAndGreaterOnesAreHigher() {
        SplittableRandom random = new SplittableRandom(11);
        for (int run = 0; run < 10_000; run++) {
            double low = Math.pow(10, random.nextDouble(-8, 9));
            double high = low * Math.pow(10, random.nextDouble(0, 5));
            for (Kind kind : Kind.values()) {
                Scale scale = scale(kind, low, high, 0, Double.NaN);
                assertThat(scale.at(0)).isEqualTo(0);
                assertThat(scale.at(low)).isBetween(0.0, 1.0);
                assertThat(scale.at(high)).isBetween(scale.at(low), 1.0);
                List<Double> labels = scale.labels();
                assertThat(labels.size()).as("%s %s", low, high).isBetween(2, 16);
                double top = labels.get(labels.size() - 1);
                assertThat(
                                kind == Kind.LINEAR
                                        ? top
                                        : scale.lines().get(scale.lines().size() - 1))
                        .isGreaterThanOrEqualTo(high * (1 - 1e-9));
            }
        }
    }

    @Test
    void hasAnAxisWithoutValues() {
        for (Kind kind : Kind.values()) {
            assertThat(scale(kind, Double.NaN).labels()).hasSizeGreaterThan(1);
            assertThat(scale(kind, 0).at(0)).isZero();
        }
    }
}
