package io.sidetrack.writer.buffer;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The write units that a process may consume, for all its threads together. The rate has two limits: the one that an
 * operator has set and, for a lane that yields, the rate that the table sustained when it last throttled.
 *
 * <p>A lane that yields starts at a low rate and doubles it every second until the table throttles for the first time. From
 * then on, it stays slightly below the rate that the table sustained, probes slowly for more, and cuts its rate as soon as
 * the table throttles, because live traffic is throttled at the same moment. A batch is charged by the size of its items
 * when it is sent, and by its {@link WriteUnitCharge} when it is completed. Thread-safe. Times are in nanoseconds of one
 * monotonic clock.
 */
public final class WriteBudget {
    /** The maximum balance, in seconds at the current rate: enough to make up for a late timer. */
    private static final double BURST_SECONDS = 0.05;

    private static final double INITIAL_RATE = 200;
    /** The minimum rate of a yielding lane, even if the table throttles everything. */
    private static final double MIN_RATE = 5;

    private static final double CUT_FACTOR = 0.9;
    /** Below this share of the ceiling, the rate grows quickly. */
    private static final double SAFE_SHARE = 0.95;

    private static final double QUICK_GROWTH = 0.15;
    /** So slow that the table throttles about once a minute: each time, some live writes must be retried. */
    private static final double SLOW_GROWTH = 0.001;
    /** The minimum growth, in units per second every second, so that a low rate grows as well. */
    private static final double MIN_QUICK_GROWTH = 2;

    private static final double MIN_SLOW_GROWTH = 0.5;
    /** Above this share of the ceiling, the table evidently sustains more than it did, and the rate grows quickly. */
    private static final double OUTGROWN_SHARE = 1.05;

    private static final double DOUBLING = Math.log(2);
    /** Throttling within this time after a cut is ignored: it concerns calls that were in flight at the cut. */
    private static final long CUT_INTERVAL_NANOS = 300_000_000;
    /** Nothing is sent for this time after a cut, so that the table can serve live traffic. */
    private static final double PAUSE_SECONDS = 0.2;
    /** A rate that has not delayed any batch for this time does not grow. */
    private static final long DEMAND_NANOS = 250_000_000;

    /** The weight of the newest batch in the cost factor. */
    private static final double COST_WEIGHT = 1.0 / 16;

    private static final double NANOS_PER_SECOND = 1e9;

    private final boolean yields;
    private final UnitRate consumed = new UnitRate();
    /** The operator's limit, in units per second. */
    private double limit;
    /** The rate of a yielding lane, in units per second; infinite for other lanes. */
    private double yieldingRate;
    /** The rate that the table sustained when it last throttled; infinite before. */
    private double ceiling = Double.POSITIVE_INFINITY;

    /** The expected units of the records that all threads hold. */
    private final AtomicLong held = new AtomicLong();
    /**
     * The ratio of the actual cost of writes ({@link WriteUnitCharge}) to the cost expected by their size and that of their
     * index entries: more than 1 if larger items are replaced, or items whose index keys change.
     */
    private double costFactor = 1;

    private double balance;
    private long refilledNanos;
    private long lastCutNanos;
    private long lastDeniedNanos;

    /**
     * @param limit units per second; infinite for no limit
     * @param yields whether the rate is cut when the table throttles
     */
    public WriteBudget(double limit, boolean yields, long nowNanos) {
        this.limit = limit;
        this.yields = yields;
        this.yieldingRate = yields ? INITIAL_RATE : Double.POSITIVE_INFINITY;
        this.refilledNanos = nowNanos;
        this.lastCutNanos = nowNanos - CUT_INTERVAL_NANOS;
        this.lastDeniedNanos = nowNanos - DEMAND_NANOS;
    }

    /** Returns a budget without any limit. */
    public static WriteBudget unlimited() {
        return new WriteBudget(Double.POSITIVE_INFINITY, false, 0);
    }

    /**
     * Sets another limit, in units per second; infinite for no limit. It applies from now on; the time before is accounted
     * for at the old limit.
     */
    public synchronized void setLimit(double unitsPerSecond, long nowNanos) {
        refill(nowNanos);
        limit = unitsPerSecond;
        balance = Math.min(balance, burst());
    }

    /** Returns the current rate, in units per second; infinite if there is no limit. */
    public synchronized double rate() {
        return Math.min(limit, yieldingRate);
    }

    /** Whether a batch may be sent now. Its cost may overdraw the budget; the next batch then waits longer. */
    synchronized boolean isOpen(long nowNanos) {
        refill(nowNanos);
        if (balance > 0 || Double.isInfinite(rate())) {
            return true;
        }
        lastDeniedNanos = nowNanos;
        return false;
    }

    /** When the next batch may be sent, if none is sent until then. */
    synchronized long opensAtNanos(long nowNanos) {
        refill(nowNanos);
        return balance > 0 || Double.isInfinite(rate())
                ? nowNanos
                : nowNanos + 1 + (long) Math.min(NANOS_PER_SECOND, -balance / rate() * NANOS_PER_SECOND);
    }

    /**
     * Reserves the units of a batch.
     *
     * @param expectedUnits the cost by the size of its items
     * @return the reserved units: more than expected if recent batches cost more than expected
     */
    synchronized double reserve(double expectedUnits) {
        double reserved = expectedUnits * costFactor;
        balance -= reserved;
        return reserved;
    }

    /**
     * Replaces the reservation of a batch by its actual cost.
     *
     * @param expectedUnits the same as in {@link #reserve}
     * @param chargedUnits the cost by {@link WriteUnitCharge}
     */
    synchronized void settle(double reservedUnits, double expectedUnits, double chargedUnits, long nowNanos) {
        balance = Math.min(burst(), balance + reservedUnits - chargedUnits);
        consumed.add(chargedUnits, nowNanos);
        if (chargedUnits >= expectedUnits) {
            costFactor += COST_WEIGHT * (chargedUnits / expectedUnits - costFactor);
        }
    }

    /** The table throttled first attempts of writes. */
    synchronized void throttled(long nowNanos) {
        if (!yields || nowNanos - lastCutNanos < CUT_INTERVAL_NANOS) {
            return;
        }
        refill(nowNanos);
        lastCutNanos = nowNanos;
        // Not below half of the rate: consumption may have been low because demand was low.
        ceiling = Math.max(MIN_RATE, Math.min(yieldingRate, Math.max(yieldingRate / 2, consumed.perSecond(nowNanos))));
        yieldingRate = Math.max(MIN_RATE, ceiling * CUT_FACTOR);
        balance = Math.min(balance, -yieldingRate * PAUSE_SECONDS);
    }

    /** A record was received whose write will cost this much. */
    void hold(int units) {
        held.addAndGet(units);
    }

    /** A held record is finished. */
    void release(int units) {
        held.addAndGet(-units);
    }

    /** Returns how long it takes to write everything that all threads hold, at the current rate; 0 if there is no limit. */
    synchronized long heldNanos() {
        double rate = rate();
        return Double.isInfinite(rate) ? 0 : (long) (held.get() * costFactor / rate * NANOS_PER_SECOND);
    }

    private double burst() {
        return Math.max(1, rate() * BURST_SECONDS);
    }

    private void refill(long nowNanos) {
        double seconds = (nowNanos - refilledNanos) / NANOS_PER_SECOND;
        if (seconds <= 0) {
            return;
        }
        refilledNanos = nowNanos;
        if (Double.isInfinite(rate())) {
            balance = 1;
            return;
        }
        balance = Math.min(burst(), balance + rate() * seconds);
        if (yields && nowNanos - lastDeniedNanos < DEMAND_NANOS) {
            grow(seconds);
        }
    }

    private void grow(double seconds) {
        if (yieldingRate >= limit) {
            return;
        }
        if (Double.isInfinite(ceiling)) {
            yieldingRate *= Math.exp(DOUBLING * seconds);
        } else if (yieldingRate < ceiling * SAFE_SHARE || yieldingRate > ceiling * OUTGROWN_SHARE) {
            yieldingRate += Math.max(MIN_QUICK_GROWTH, QUICK_GROWTH * yieldingRate) * seconds;
        } else {
            yieldingRate += Math.max(MIN_SLOW_GROWTH, SLOW_GROWTH * ceiling) * seconds;
        }
    }
}
