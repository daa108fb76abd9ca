package io.sidetrack.writer.buffer;

import io.sidetrack.mapping.model.SourceRecord;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/**
 * The records that were to be written when an operator's setting changed, and are not finished. Some may belong to a backfill
 * whose later records are parked now. If these were parked at once and the process were killed, the earlier records would be read
 * again, and parked behind the later ones. Nothing is parked before the earlier records are finished, so that a record in the parked
 * topic that is older than one before it is always a repetition. Not thread-safe.
 */
final class EarlierWrites {
    /** By identity: the same record may have been received twice. */
    private final Set<SourceRecord> unfinished = Collections.newSetFromMap(new IdentityHashMap<>());

    /** Adds all records that are to be written and not finished. */
    void begin(Collection<SourceRecord> held) {
        unfinished.addAll(held);
    }

    /** A record is no longer held. */
    void finished(SourceRecord record) {
        if (!unfinished.isEmpty()) {
            unfinished.remove(record);
        }
    }

    boolean areFinished() {
        return unfinished.isEmpty();
    }
}
