package io.sidetrack.writer.thread;

import io.sidetrack.writer.hold.Hold.Quarantined;
import io.sidetrack.writer.hold.Holds;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Detects that the whole process was frozen (SIGSTOP, a suspended machine, a very long garbage collection) for so long that
 * its partitions may have another owner. The buffered writes are then older than that owner's, so nothing is sent during a
 * quarantine, in which the group can remove this member. Calls that were already in flight cannot be recalled.
 *
 * <p>Each pulse compares two clocks with their previous reading: the monotonic clock, which stops while a machine is
 * suspended, and the wall clock, which does not. Setting the wall clock forward looks like a suspension, and costs one
 * quarantine.
 *
 * <p>Thread-safe.
 */
public final class FreezeWatch {
    private static final Logger log = LoggerFactory.getLogger(FreezeWatch.class);
    private static final Quarantined HOLD = new Quarantined();
    private static final long NANOS_PER_MS = 1_000_000;

    private final long limitNanos;
    private final long quarantineNanos;
    private final Holds holds;
    private final LongSupplier wallMillis;

    private boolean started;
    private boolean quarantined;
    private long lastNanos;
    private long lastWallMillis;
    private long mayWriteFromNanos;

    /**
     * @param limit the time without a pulse after which partitions may be lost; less than the session timeout
     * @param quarantine the time that the group may need to remove this member
     * @param wallMillis the wall clock, in ms
     */
    public FreezeWatch(Duration limit, Duration quarantine, Holds holds, LongSupplier wallMillis) {
        this.limitNanos = limit.toNanos();
        this.quarantineNanos = quarantine.toNanos();
        this.holds = holds;
        this.wallMillis = wallMillis;
    }

    /** Records that the process runs; must be called many times within the limit. Ends a quarantine that is over. */
    public synchronized void pulse(long nowNanos) {
        long wall = wallMillis.getAsLong();
        if (!started) {
            started = true;
            mayWriteFromNanos = nowNanos;
        } else {
            long gapNanos = Math.max(nowNanos - lastNanos, (wall - lastWallMillis) * NANOS_PER_MS);
            if (gapNanos > limitNanos) {
                mayWriteFromNanos = nowNanos + quarantineNanos;
                holds.add(HOLD);
                log.warn(
                        "this process was frozen for {} ms, so its partitions may have another owner: nothing is written"
                                + " for {} ms",
                        gapNanos / NANOS_PER_MS,
                        quarantineNanos / NANOS_PER_MS);
                quarantined = true;
            } else if (quarantined && nowNanos >= mayWriteFromNanos) {
                quarantined = false;
                holds.remove(HOLD);
            }
        }
        lastNanos = nowNanos;
        lastWallMillis = wall;
    }

    /** Whether writes may be sent now. */
    public boolean mayWrite(long nowNanos) {
        return mayWriteFrom(nowNanos) <= nowNanos;
    }

    /** The time from which writes may be sent, in the past or in the future. */
    synchronized long mayWriteFrom(long nowNanos) {
        pulse(nowNanos);
        return mayWriteFromNanos;
    }
}
