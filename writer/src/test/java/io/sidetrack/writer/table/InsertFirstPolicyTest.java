package io.sidetrack.writer.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Batches are tried as inserts first while that is cheaper. */
class InsertFirstPolicyTest {
    private final InsertFirstPolicy policy = new InsertFirstPolicy();

    private void insert(int batches, int tried, int existed) {
        for (int i = 0; i < batches; i++) {
            policy.inserted(tried, existed);
        }
    }

    @Test
    void newTableIsTriedWithInserts() {
        assertThat(policy.triesInserts()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"0, true", "12, true", "13, false", "25, false"})
    void insertsAreWorthwhileUpToHalfOfTheKeys(int existing, boolean inserts) {
        insert(100, 25, existing);
        assertThat(policy.triesInserts()).isEqualTo(inserts);
    }

    @Test
    void exactlyHalfIsStillWorthwhile() {
        insert(1000, 2, 1);
        assertThat(policy.triesInserts()).isTrue();
    }

    @Test
    void fewBatchesDoNotChangeTheDecision() {
        insert(5, 25, 25);
        assertThat(policy.triesInserts()).isTrue();
        insert(1, 25, 25);
        assertThat(policy.triesInserts()).isFalse();
    }

    @Test
    void oneBatchInManyIsTriedAsInsertsWhileMostKeysExist() {
        insert(100, 25, 25);
        int batches = 10 * InsertFirstPolicy.PROBE_EVERY;
        assertThat(IntStream.range(0, batches)
                        .filter(i -> policy.triesInserts())
                        .count())
                .isEqualTo(10);
    }

    @Test
    void insertsReturnWhenTheKeysAreNewAgain() {
        insert(100, 25, 25);
        insert(5, 25, 0);
        assertThat(policy.triesInserts()).as("(7/8)^5 is more than a half").isFalse();
        insert(1, 25, 0);
        assertThat(policy.triesInserts()).isTrue();
    }
}
