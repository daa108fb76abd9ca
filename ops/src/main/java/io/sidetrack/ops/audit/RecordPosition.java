package io.sidetrack.ops.audit;

import java.util.Locale;

/** The position of a record. */
record RecordPosition(String topic, int partition, long offset) {
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%s, partition %d, offset %d", topic, partition, offset);
    }
}
