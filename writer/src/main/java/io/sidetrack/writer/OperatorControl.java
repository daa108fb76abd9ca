package io.sidetrack.writer;

import io.sidetrack.common.control.Steering;
import io.sidetrack.writer.buffer.WriteBudget;
import io.sidetrack.writer.hold.Hold.PausedByOperator;
import io.sidetrack.writer.hold.Holds;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies an operator's commands to a running backfill: a lower write budget for the whole lane, or a pause, in which nothing more is read and
 * the records that were read are written and committed. Not thread-safe.
 */
final class OperatorControl {
    private static final Logger log = LoggerFactory.getLogger(OperatorControl.class);

    private final WriteBudget budget;
    private final double laneLimit;
    private final Holds holds;
    private final LongSupplier nanoClock;
    private Steering current = Steering.NONE;

    /** @param laneLimit the write units per second that the writer's settings allow to the lane; infinite for no limit */
    OperatorControl(WriteBudget budget, double laneLimit, Holds holds, LongSupplier nanoClock) {
        this.budget = budget;
        this.laneLimit = laneLimit;
        this.holds = holds;
        this.nanoClock = nanoClock;
    }

    void apply(Steering steering) {
        if (steering.equals(current)) {
            return;
        }
        current = steering;
        double limit = steering.writeUnits() > 0 ? Math.min(steering.writeUnits(), laneLimit) : laneLimit;
        budget.setLaneLimit(limit, nanoClock.getAsLong());
        if (steering.paused()) {
            holds.add(new PausedByOperator());
        } else {
            holds.remove(new PausedByOperator());
        }
        log.info(
                "set by the operator: {}, {}",
                steering.paused() ? "paused" : "running",
                Double.isInfinite(limit)
                        ? "no limit of write units per second for the lane"
                        : "up to %.0f write units per second for all writers of the lane".formatted(limit));
    }
}
