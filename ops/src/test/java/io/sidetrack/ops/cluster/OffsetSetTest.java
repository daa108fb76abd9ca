package io.sidetrack.ops.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OffsetSetTest {
    @Test
    void containsWhatWasAddedAndNothingElse() {
        Random random = new Random(1);
        OffsetSet offsets = new OffsetSet();
        Set<Long> expected = new HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            long offset = random.nextBoolean() ? random.nextInt(200_000) : random.nextLong() >>> 1;
            offsets.add(offset);
            expected.add(offset);
        }
        for (long offset : new long[] {0, 65_535, 65_536, Long.MAX_VALUE}) {
            assertThat(offsets.contains(offset)).isEqualTo(expected.contains(offset));
            offsets.add(offset);
            assertThat(offsets.contains(offset)).isTrue();
            expected.add(offset);
        }
        assertThat(expected).allMatch(offsets::contains);
        for (long offset = 0; offset < 200_000; offset++) {
            assertThat(offsets.contains(offset)).isEqualTo(expected.contains(offset));
        }
    }
}
