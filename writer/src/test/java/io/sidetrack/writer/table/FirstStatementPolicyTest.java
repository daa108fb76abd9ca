package io.sidetrack.writer.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Items are tried as inserts or as updates first, whichever suits the keys that the writer meets. */
class FirstStatementPolicyTest {
    private final FirstStatementPolicy policy = new FirstStatementPolicy();

    private void meet(int batches, int existed, int missing) {
        for (int i = 0; i < batches; i++) {
            policy.met(existed, missing);
        }
    }

    @Test
    void newTableIsTriedWithInserts() {
        assertThat(policy.triesUpdates()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"0, false", "10, false", "15, false", "16, true", "25, true"})
    void updatesComeFirstIfMostKeysExist(int existed, boolean updates) {
        meet(100, existed, 25 - existed);
        assertThat(policy.triesUpdates()).isEqualTo(updates);
    }

    @Test
    void choiceFollowsTheKeysWithinAFewBatchesBothWays() {
        for (int round = 0; round < 3; round++) {
            meet(FirstStatementPolicy.MAX_BATCHES_TO_ADAPT, 25, 0);
            assertThat(policy.triesUpdates()).isTrue();
            meet(50, 25, 0);
            meet(FirstStatementPolicy.MAX_BATCHES_TO_ADAPT, 0, 25);
            assertThat(policy.triesUpdates()).isFalse();
            meet(50, 0, 25);
        }
    }

    @Test
    void oneBatchDoesNotChangeTheChoice() {
        meet(1, 25, 0);
        assertThat(policy.triesUpdates()).isFalse();
        meet(100, 25, 0);
        meet(1, 0, 25);
        assertThat(policy.triesUpdates()).isTrue();
    }

    @Test
    void mixedKeysDoNotMakeTheChoiceAlternate() {
        long seed = Long.getLong("sidetrack.seed", System.nanoTime());
        SplittableRandom random = new SplittableRandom(seed);
        int changes = 0;
        boolean before = policy.triesUpdates();
        for (int i = 0; i < 10_000; i++) {
            int existed = 0;
            for (int item = 0; item < 25; item++) {
                existed += random.nextBoolean() ? 1 : 0;
            }
            policy.met(existed, 25 - existed);
            changes += policy.triesUpdates() == before ? 0 : 1;
            before = policy.triesUpdates();
        }
        assertThat(changes).as("sidetrack.seed=" + seed).isLessThan(20);
    }

    @Test
    void batchThatFailedTeachesNothing() {
        meet(100, 25, 0);
        meet(100, 0, 0);
        assertThat(policy.triesUpdates()).isTrue();
    }
}
