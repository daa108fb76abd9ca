package io.sidetrack.router.park;

import io.sidetrack.common.control.NamedBackfill;
import java.nio.ByteBuffer;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * Finds the setting for a record's backfill, for the task of one partition. Used on the task's thread only.
 *
 * <p>Another instance that has owned the partition before may have parked records because of a setting that this instance has
 * not seen yet. The first named record of a task therefore waits until the settings are as current as the task. So does a record
 * that is parked, while its backfill is being resumed, only because of a former owner.
 */
public final class Parking {
    private final ParkingLot lot;
    private final int partition;
    private final long createdNanos;
    /** Whether the settings are as current as this task. */
    private boolean current;
    /** Null before the first record. */
    private ParkDecisions decisions;

    Parking(ParkingLot lot, int partition, long createdNanos) {
        this.lot = lot;
        this.partition = partition;
        this.createdNanos = createdNanos;
    }

    /** Must be called with the offset of the task's first record before anything else; has no effect after that. */
    public void beginAt(long offset) {
        if (decisions == null) {
            decisions = new ParkDecisions(partition, offset, lot.parked());
        }
    }

    /** The transaction with the records so far is committed. */
    public void committed() {
        if (decisions != null) {
            decisions.committed();
        }
    }

    /** The transaction is aborted, and its records will be read again. */
    public void aborted() {
        if (decisions != null) {
            decisions.aborted();
        }
    }

    /**
     * Where a record goes that belongs on the backfill lane. Never throws, whatever its header contains. Without any setting,
     * this costs one read of a field.
     */
    public Placement place(Headers headers, long offset) {
        if (current && lot.settings().isEmpty()) {
            return Placement.LANE;
        }
        Header name = headers.lastHeader(lot.header());
        if (name == null || name.value() == null) {
            return Placement.LANE;
        }
        if (!current) {
            lot.refresh().since(createdNanos);
            current = true;
        }
        ByteBuffer bytes = ByteBuffer.wrap(name.value());
        NamedBackfill setting = lot.settings().of(headers);
        if (setting != null && decisions.parksForFormerOwners(bytes, setting)) {
            lot.refresh().since(lot.nanos());
            setting = lot.settings().of(headers);
        }
        return setting == null ? Placement.LANE : decisions.place(bytes, setting, offset);
    }
}
