package io.sidetrack.writer.buffer;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How many write units a process may spend just now, for all its threads. Two things bound it: what an operator has set, and,
 * for a lane that gives way, what the table took when it last throttled.
 *
 * <p>A lane that gives way begins slowly, doubling every second until the table throttles for the first time. From then on
 * it stays a little below what the table took then, tries very slowly whether there is more by now, and goes back at the first sign that there is not: each such sign is a moment in which live traffic is throttled too. Writes are
 * charged by their size when they are sent, and by their {@link WriteUnitCharge} when they are answered. Thread-safe. Times are of
 * one monotonic clock, in ns.
 */
public final class WriteBudget {
    /** What may be saved up, in seconds at the current rate: enough for a timer that is late. */
    private static final double BURST_SECONDS = 0.05;

    private static final double FIRST_RATE = 200;
    /** What is left to a lane that gives way to a table that takes nothing. */
    private static final double LEAST_RATE = 5;

    private static final double AFTER_CUT = 0.9;
    /** Of what the table took; up to here the way back is quick. */
    private static final double SAFE = 0.95;

    private static final double QUICK_GROWTH = 0.15;
    /** A minute or so from one throttle to the next: each costs some live writes a retry. */
    private static final double SLOW_GROWTH = 0.001;
    /** In units per second, every second: a low rate grows too. */
    private static final double LEAST_QUICK_GROWTH = 2;

    private static final double LEAST_SLOW_GROWTH = 0.5;
    /** How far above what the table once took it is clear that it takes more now. */
    private static final double OUTGROWN = 1.05;

    private static final double DOUBLING = Math.log(2);
    /** Throttles that come so soon after a cut are of calls that were on their way. */
    private static final long CUT_INTERVAL_NANOS = 300_000_000;
    /** For so long nothing is sent after a cut, so that the table can serve who cannot wait. */
    private static final double REST_SECONDS = 0.2;
    /** A rate that nobody is held back by for so long does not grow. */
    private static final long DEMAND_NANOS = 250_000_000;

    /** How much the newest batch counts against all before in the cost factor. */
    private static final double COST_WEIGHT = 1.0 / 16;

    private static final double NANOS = 1e9;

    private final boolean yields;
    private final UnitRate taken = new UnitRate();
    private double most;
    /** What the lane's own caution allows, in units per second. */
    private double careful;
    /** What the table took when it throttled last; infinite before. */
    private double ceiling = Double.POSITIVE_INFINITY;

    /** Expected units of the records that all threads hold. */
    private final AtomicLong held = new AtomicLong();
    /**
     * What writes cost by their {@link WriteUnitCharge}, compared with what their size lets expect: more than 1 if the table has
     * secondary indexes, or if larger items are replaced.
     */
    private double costFactor = 1;

    private double balance;
    private long refilledNanos;
    private long cutNanos;
    private long heldBackNanos;

    /**
     * @param most units per second; infinite for no limit
     * @param yields whether to go back when the table throttles
     */
    public WriteBudget(double most, boolean yields, long nowNanos) {
        this.most = most;
        this.yields = yields;
        this.careful = yields ? FIRST_RATE : Double.POSITIVE_INFINITY;
        this.refilledNanos = nowNanos;
        this.cutNanos = nowNanos - CUT_INTERVAL_NANOS;
        this.heldBackNanos = nowNanos - DEMAND_NANOS;
    }

    /** Without any bound. */
    public static WriteBudget unlimited() {
        return new WriteBudget(Double.POSITIVE_INFINITY, false, 0);
    }

    /** Sets another limit, in units per second, from now on; infinite for none. What came before is settled at the old one. */
    public synchronized void setMost(double unitsPerSecond, long nowNanos) {
        refill(nowNanos);
        most = unitsPerSecond;
        balance = Math.min(balance, burst());
    }

    /** What may be spent, in units per second; infinite if nothing bounds it. */
    public synchronized double rate() {
        return Math.min(most, careful);
    }

    /** Whether something may be sent now. What it costs may overdraw the budget; the next then waits for longer. */
    synchronized boolean isOpen(long nowNanos) {
        refill(nowNanos);
        if (balance > 0 || Double.isInfinite(rate())) {
            return true;
        }
        heldBackNanos = nowNanos;
        return false;
    }

    /** When something may be sent next, if nothing is until then. */
    synchronized long opensAtNanos(long nowNanos) {
        refill(nowNanos);
        return balance > 0 || Double.isInfinite(rate())
                ? nowNanos
                : nowNanos + 1 + (long) Math.min(NANOS, -balance / rate() * NANOS);
    }

    /**
     * Reserves what a batch will cost.
     *
     * @param expectedUnits by the size of its items
     * @return what was reserved: more, if batches have cost more than that recently
     */
    synchronized double reserve(double expectedUnits) {
        double reserved = expectedUnits * costFactor;
        balance -= reserved;
        return reserved;
    }

    /**
     * Replaces what was reserved for a batch by what it has cost.
     *
     * @param expectedUnits as at {@link #reserve}
     * @param chargedUnits by its {@link WriteUnitCharge}
     */
    synchronized void settle(double reservedUnits, double expectedUnits, double chargedUnits, long nowNanos) {
        balance = Math.min(burst(), balance + reservedUnits - chargedUnits);
        taken.add(chargedUnits, nowNanos);
        if (chargedUnits >= expectedUnits) {
            costFactor += COST_WEIGHT * (chargedUnits / expectedUnits - costFactor);
        }
    }

    /** The table has throttled a write that it was asked for the first time. */
    synchronized void throttled(long nowNanos) {
        if (!yields || nowNanos - cutNanos < CUT_INTERVAL_NANOS) {
            return;
        }
        refill(nowNanos);
        cutNanos = nowNanos;
        // Not below half: what was taken may have been little because little was asked for.
        ceiling = Math.max(LEAST_RATE, Math.min(careful, Math.max(careful / 2, taken.perSecond(nowNanos))));
        careful = Math.max(LEAST_RATE, ceiling * AFTER_CUT);
        balance = Math.min(balance, -careful * REST_SECONDS);
    }

    /** A record was taken in that will cost so much. From any thread. */
    void hold(int units) {
        held.addAndGet(units);
    }

    /** A held record is finished. From any thread. */
    void release(int units) {
        held.addAndGet(-units);
    }

    /** How long it takes to write everything that all threads hold, at the current rate; 0 if nothing bounds it. */
    synchronized long heldNanos() {
        double rate = rate();
        return Double.isInfinite(rate) ? 0 : (long) (held.get() * costFactor / rate * NANOS);
    }

    private double burst() {
        return Math.max(1, rate() * BURST_SECONDS);
    }

    private void refill(long nowNanos) {
        double seconds = (nowNanos - refilledNanos) / NANOS;
        if (seconds <= 0) {
            return;
        }
        refilledNanos = nowNanos;
        if (Double.isInfinite(rate())) {
            balance = 1;
            return;
        }
        balance = Math.min(burst(), balance + rate() * seconds);
        if (yields && nowNanos - heldBackNanos < DEMAND_NANOS) {
            grow(seconds);
        }
    }

    private void grow(double seconds) {
        if (careful >= most) {
            return;
        }
        if (Double.isInfinite(ceiling)) {
            careful *= Math.exp(DOUBLING * seconds);
        } else if (careful < ceiling * SAFE || careful > ceiling * OUTGROWN) {
            careful += Math.max(LEAST_QUICK_GROWTH, QUICK_GROWTH * careful) * seconds;
        } else {
            careful += Math.max(LEAST_SLOW_GROWTH, SLOW_GROWTH * ceiling) * seconds;
        }
    }
}
