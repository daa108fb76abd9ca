package io.sidetrack.ops.verify;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** The pace of reads. */
class ReadBudgetTest {
    private static final long SECOND = 1_000_000_000;

    @Test
    void readsConsumeTheBudgetOnAverage() {
        ReadBudget budget = new ReadBudget(100, 1);
        long now = 5 * SECOND;
        for (int i = 0; i < 100; i++) {
            double reserved = budget.estimate(50);
            now += Math.max(0, budget.reserve(reserved, now));
            // Items cost three times what was estimated first.
            budget.settle(reserved, 150, 50);
        }
        assertThat(budget.consumed()).isEqualTo(15_000);
        assertThat(now / (double) SECOND - 5).isCloseTo(150, Offset.offset(5.0));
    }

    @Test
    void firstReadDoesNotWaitAndThereIsNoLimitByDefault() {
        assertThat(new ReadBudget(1, 1).reserve(1000, 7)).isZero();
        ReadBudget unlimited = new ReadBudget(Double.POSITIVE_INFINITY, 1);
        for (int i = 0; i < 10; i++) {
            assertThat(unlimited.reserve(1e6, 7)).isLessThanOrEqualTo(0);
            unlimited.settle(1e6, 2e6, 100);
        }
    }

    @Test
    void tinyBudgetIsNoUnlimitedOne() {
        ReadBudget budget = new ReadBudget(1e-12, 1);
        assertThat(budget.reserve(100, SECOND)).isZero();
        assertThat(budget.reserve(100, SECOND)).isGreaterThan(86_400 * SECOND);
    }

    @Test
    void idleTimeIsNotMadeUpFor() {
        ReadBudget budget = new ReadBudget(10, 1);
        assertThat(budget.reserve(10, 0)).isZero();
        assertThat(budget.reserve(10, 100 * SECOND)).isZero();
        assertThat(budget.reserve(10, 100 * SECOND)).isEqualTo(SECOND);
    }
}
