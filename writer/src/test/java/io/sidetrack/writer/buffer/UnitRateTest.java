package io.sidetrack.writer.buffer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The units consumed in the last second. */
class UnitRateTest {
    private static final long SLICE = 100_000_000;

    private final UnitRate rate = new UnitRate();

    @Test
    void unitsCountFromTheNextSliceOnForOneSecond() {
        rate.add(7, 5 * SLICE + 1);

        assertThat(rate.perSecond(6 * SLICE - 1)).as("in the same slice").isZero();
        assertThat(rate.perSecond(6 * SLICE)).isEqualTo(7);
        assertThat(rate.perSecond(16 * SLICE - 1)).isEqualTo(7);
        assertThat(rate.perSecond(16 * SLICE)).isZero();
    }

    @Test
    void unitsOfSeveralSlicesAddUpWhateverTheClockStartsAt() {
        for (long start : new long[] {-3 * SLICE, 0, Long.MAX_VALUE / 2}) {
            UnitRate some = new UnitRate();
            long slice = Math.floorDiv(start, SLICE);
            for (int i = 0; i < 10; i++) {
                some.add(1, (slice + i) * SLICE);
            }
            assertThat(some.perSecond((slice + 10) * SLICE)).as("from " + start).isEqualTo(10);
        }
    }

    @Test
    void oldUnitsDoNotReturnAfterAPause() {
        for (int i = 0; i < 11; i++) {
            rate.add(1, i * SLICE);
        }
        assertThat(rate.perSecond(1_000 * SLICE)).isZero();
        rate.add(2, 1_000 * SLICE);
        assertThat(rate.perSecond(1_001 * SLICE)).isEqualTo(2);
    }
}
