package io.sidetrack.writer.buffer;

import io.sidetrack.writer.item.Rejection;

/** Counts what a buffer reports. */
final class Tally implements BufferEvents {
    long received;
    long written;
    long superseded;
    long stale;
    double charged;
    long deadLettered;
    long forgotten;
    long retried;

    long finished() {
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
