package io.sidetrack.writer.buffer;

import io.sidetrack.mapping.model.Rejection;
import io.sidetrack.mapping.model.SourceRecord;

/** Counts the events of a buffer. */
public final class Counts implements BufferEvents {
    public long received;
    public long written;
    public long superseded;
    public long stale;
    public double charged;
    public long deadLettered;
    public long parked;
    public long discarded;
    public long forgotten;
    public long retried;

    public long finished() {
        return written + superseded + stale + deadLettered + parked + discarded + forgotten;
    }

    @Override
    public void received() {
        received++;
    }

    @Override
    public void written(SourceRecord record) {
        written++;
    }

    @Override
    public void superseded(SourceRecord record) {
        superseded++;
    }

    @Override
    public void stale(SourceRecord record) {
        stale++;
    }

    @Override
    public void deadLettered(SourceRecord record, Rejection rejection) {
        deadLettered++;
    }

    @Override
    public void parked(SourceRecord record) {
        parked++;
    }

    @Override
    public void discarded(SourceRecord record) {
        discarded++;
    }

    @Override
    public void forgotten() {
        forgotten++;
    }

    @Override
    public void charged(double writeUnits) {
        charged += writeUnits;
    }

    @Override
    public void sent(Batch batch) {}

    @Override
    public void retried(RetryCause cause, int writes) {
        retried += writes;
    }
}
