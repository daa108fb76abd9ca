package io.sidetrack.writer;

import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.common.control.Steering;
import io.sidetrack.writer.buffer.WriteBudget;
import io.sidetrack.writer.hold.Holds;
import io.sidetrack.writer.share.Share;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An operator can lower the write budget and pause the backfill, but not exceed the writer's own settings. */
class OperatorControlTest {
    private final Holds holds = new Holds();

    private static Steering speed(int units) {
        return new Steering(false, units, 1);
    }

    @ParameterizedTest
    @CsvSource({"300, 500, 300", "300, 100, 100", "300, 300, 300", "Infinity, 500, 500", "300, 0, 300"})
    void lowerOfTheTwoLimitsCounts(double own, int operator, double expected) {
        WriteBudget budget = new WriteBudget(Double.POSITIVE_INFINITY, false, 0);
        budget.setLaneLimit(own, 0);
        OperatorControl control = new OperatorControl(budget, own, holds, () -> 0);
        control.apply(speed(operator));
        assertThat(budget.rate()).isEqualTo(expected);
        control.apply(speed(0));
        assertThat(budget.rate()).as("the writer's own limit").isEqualTo(own);
    }

    @Test
    void speedAppliesToTheLaneAndNotToEachInstance() {
        WriteBudget budget = new WriteBudget(100, false, 0);
        OperatorControl control = new OperatorControl(budget, Double.POSITIVE_INFINITY, holds, () -> 0);
        budget.setShare(new Share(0.25, 0.25, Long.MAX_VALUE, 0.25), 0);
        control.apply(speed(200));
        assertThat(budget.rate()).as("a quarter of the speed").isEqualTo(50);
        control.apply(speed(2000));
        assertThat(budget.rate()).as("this instance's own limit").isEqualTo(100);
    }

    @Test
    void pauseLastsUntilTheOperatorResumes() {
        OperatorControl control =
                new OperatorControl(WriteBudget.unlimited(), Double.POSITIVE_INFINITY, holds, () -> 0);
        control.apply(new Steering(true, 0, 1));
        assertThat(holds.isPaused()).isTrue();
        control.apply(new Steering(true, 5, 2));
        assertThat(holds.isPaused()).isTrue();
        control.apply(new Steering(false, 5, 3));
        assertThat(holds.isPaused()).isFalse();
    }
}
