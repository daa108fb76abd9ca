package io.sidetrack.writer.buffer;

import io.sidetrack.writer.share.Share;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The write units that a process may consume, for all its threads together. The rate has three limits: that of this instance,
 * its share of that of the lane and, for a lane that yields, its share of the rate that the table sustained when it last
 * throttled.
 *
 * <p>A lane that yields starts at a low rate and doubles it every second until the table throttles for the first time. From
 * then on, it stays slightly below the rate that the table sustained, probes slowly for more, and cuts its rate as soon as
 * the table throttles, because live traffic is throttled at the same moment. Each instance calculates this rate for the whole
 * lane, as if all others did as well as itself, and uses its share, so that the instances of a group together behave like
 * one. A batch is charged by the size of its items
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
    /** The limit of this instance, in units per second. */
    private final double limit;
    /** The limit of the whole lane, in units per second. */
    private double laneLimit = Double.POSITIVE_INFINITY;

    private Share share = Share.ALL;
    /** The rate of a yielding lane, in units per second of the whole lane; infinite for other lanes. */
    private double yieldingRate;
    /** The rate of the whole lane that the table sustained when it last throttled; infinite before. */
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
     * @param limit the limit of this instance, in units per second; infinite for no limit
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
     * Sets the limit of the whole lane, in units per second; infinite for no limit. It applies from now on; the time before is
     * accounted for at the old limit.
     */
    public synchronized void setLaneLimit(double unitsPerSecond, long nowNanos) {
        refill(nowNanos);
        laneLimit = unitsPerSecond;
        balance = Math.min(balance, burst());
    }

    /** Sets this instance's share of the lane. Units that were saved up for a larger share are lost; a debt is not. */
    public synchronized void setShare(Share next, long nowNanos) {
        refill(nowNanos);
        share = next;
        balance = Math.min(balance, burst());
    }

    /** Returns the limit of the whole lane, in units per second; infinite if there is none. */
    public synchronized double laneLimit() {
        return laneLimit;
    }

    /** Returns this instance's share of the lane's write units, 0 to 1. */
    public synchronized double share() {
        return share.units();
    }

    /** Returns the current rate, in units per second; infinite if there is no limit. */
    public synchronized double rate() {
        return Math.min(allowedRate(), yieldingRate());
    }

    private double allowedRate() {
        return Math.min(limit, Double.isInfinite(laneLimit) ? laneLimit : laneLimit * share.units());
    }

    private double yieldingRate() {
        return yields ? yieldingRate * share.owned() : yieldingRate;
    }

    /** Whether a batch may be sent now. Its cost may overdraw the budget; the next batch then waits longer. */
    synchronized boolean isOpen(long nowNanos) {
        refill(nowNanos);
        if (isPositive()) {
            return true;
        }
        lastDeniedNanos = nowNanos;
        return false;
    }

    /** When the next batch may be sent, if none is sent until then. */
    synchronized long opensAtNanos(long nowNanos) {
        refill(nowNanos);
        if (isPositive()) {
            return nowNanos;
        }
        // Within a second, because the rate can change meanwhile; it is 0 without a share.
        double seconds = rate() > 0 ? Math.min(1, -balance / rate()) : 1;
        return nowNanos + 1 + (long) (seconds * NANOS_PER_SECOND);
    }

    private boolean isPositive() {
        double rate = rate();
        return Double.isInfinite(rate) || (balance > 0 && rate > 0);
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
        double consumedByLane = share.owned() > 0 ? consumed.perSecond(nowNanos) / share.owned() : 0;
        ceiling = Math.max(MIN_RATE, Math.min(yieldingRate, Math.max(yieldingRate / 2, consumedByLane)));
        yieldingRate = Math.max(MIN_RATE, ceiling * CUT_FACTOR);
        balance = Math.min(balance, -yieldingRate() * PAUSE_SECONDS);
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
        double units = held.get() * costFactor;
        return Double.isInfinite(rate) || units == 0 ? 0 : (long) (units / rate * NANOS_PER_SECOND);
    }

    private double burst() {
        double rate = rate();
        return rate == 0 ? 0 : Math.max(1, rate * BURST_SECONDS);
    }

    private void refill(long nowNanos) {
        if (share.untilNanos() < nowNanos) {
            accrue(share.untilNanos());
            share = share.expired();
            balance = Math.min(balance, burst());
        }
        accrue(nowNanos);
    }

    private void accrue(long nowNanos) {
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
        if (yieldingRate() >= allowedRate()) {
            return;
        }
        if (Double.isInfinite(ceiling)) {
            yieldingRate *= Math.exp(DOUBLING * seconds);
        } else if (yieldingRate < ceiling * SAFE_SHARE || yieldingRate > ceiling * OUTGROWN_SHARE) {
            yieldingRate += Math.max(MIN_QUICK_GROWTH, QUICK_GROWTH * yieldingRate) * seconds;
        } else {
            // Fewer probes of each instance of a larger group: each of them can be the one that the table throttles.
            yieldingRate += Math.max(MIN_SLOW_GROWTH, SLOW_GROWTH * ceiling) * share.owned() * seconds;
        }
    }
}
