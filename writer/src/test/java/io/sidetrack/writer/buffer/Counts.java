package io.sidetrack.writer.buffer;

import io.sidetrack.mapping.model.Rejection;

/** Counts the events of a buffer. */
public final class Counts implements BufferEvents {
    public long received;
    public long written;
    public long superseded;
    public long stale;
    public double charged;
    public long deadLettered;
    public long forgotten;
    public long retried;

    public long finished() {
        return written + superseded + stale + deadLettered + forgotten;
    }

    @Override
    public void received() {
        received++;
    }

    @Override
    public void written() {
        written++;
    }

    @Override
    public void superseded() {
        superseded++;
    }

    @Override
    public void stale() {
        stale++;
    }

    @Override
    public void deadLettered(Rejection rejection) {
        deadLettered++;
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
