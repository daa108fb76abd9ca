package io.sidetrack.writer;

import io.sidetrack.common.control.Steering;
import io.sidetrack.common.control.SteeringFeed;
import io.sidetrack.common.log.ProblemLog;
import io.sidetrack.writer.buffer.WriteBudget;
import io.sidetrack.writer.hold.Hold.PausedByOperator;
import io.sidetrack.writer.hold.Holds;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does what an operator wants of a running backfill: a lower budget than the writer's own, or a pause, in which nothing more
 * is read and what was read is finished and committed. For one thread.
 */
final class OperatorControl {
    private static final Logger log = LoggerFactory.getLogger(OperatorControl.class);
    private static final String PROBLEM = "the control topic cannot be followed";
    private static final Duration LOOK = Duration.ofMillis(500);

    private final WriteBudget budget;
    private final double ownMost;
    private final Holds holds;
    private final ProblemLog problems;
    private final LongSupplier nanoClock;
    private Steering current = Steering.NONE;

    /** @param ownMost write units per second by the writer's own setting; infinite for no limit */
    OperatorControl(WriteBudget budget, double ownMost, Holds holds, ProblemLog problems, LongSupplier nanoClock) {
        this.budget = budget;
        this.ownMost = ownMost;
        this.holds = holds;
        this.problems = problems;
        this.nanoClock = nanoClock;
    }

    void apply(Steering steering) {
        if (steering.equals(current)) {
            return;
        }
        current = steering;
        double most = steering.writeUnits() > 0 ? Math.min(steering.writeUnits(), ownMost) : ownMost;
        budget.setLimit(most, nanoClock.getAsLong());
        if (steering.paused()) {
            holds.add(new PausedByOperator());
        } else {
            holds.remove(new PausedByOperator());
        }
        log.info(
                "steered by the operator: {}, {}",
                steering.paused() ? "paused" : "running",
                Double.isInfinite(most) ? "no limit of write units" : "up to %.0f write units/s".formatted(most));
    }

    /** Looks once whether something has changed. */
    void look(SteeringFeed feed) {
        try {
            feed.next(LOOK).ifPresent(this::apply);
            problems.over(PROBLEM);
        } catch (RuntimeException e) {
            // Thrown from here it would end the thread's schedule, and no operator would be heard again.
            problems.report(PROBLEM, e.getMessage() + "; going on as before");
        }
    }
}
