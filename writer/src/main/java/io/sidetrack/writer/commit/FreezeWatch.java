package io.sidetrack.writer.commit;

import java.time.Duration;

/**
 * Notices that the whole process stood still (SIGSTOP, a suspended machine, a very long garbage collection) for so long
 * that its partitions may have another owner by now. What was buffered before is then older than what that owner writes,
 * so nothing is sent for a while, in which the group can tell this member that it is out. Calls that were on their way
 * already cannot be called back.
 *
 * <p>Thread-safe.
 */
public final class FreezeWatch {
    private final long limitNanos;
    private final long quarantineNanos;
    private boolean started;
    private long lastPulseNanos;
    private long mayWriteFromNanos;

    /**
     * @param limit without a pulse, after which partitions may be gone; less than the session timeout
     * @param quarantine how long the group may need to say so
     */
    public FreezeWatch(Duration limit, Duration quarantine) {
        this.limitNanos = limit.toNanos();
        this.quarantineNanos = quarantine.toNanos();
    }

    /** The process runs; to be called many times within the limit. */
    public synchronized void pulse(long nowNanos) {
        if (started && nowNanos - lastPulseNanos > limitNanos) {
            mayWriteFromNanos = nowNanos + quarantineNanos;
        }
        if (!started) {
            mayWriteFromNanos = nowNanos;
        }
        started = true;
        lastPulseNanos = nowNanos;
    }

    /** The time from which writes may be sent, past or to come. */
    synchronized long mayWriteFrom(long nowNanos) {
        pulse(nowNanos);
        return mayWriteFromNanos;
    }
}
