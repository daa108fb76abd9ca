package io.sidetrack.writer.buffer;

import io.sidetrack.mapping.model.Write;

/** Decides which of two writes of the same key is kept, as the table would decide if it received both. */
public enum Precedence {
    /** Keeps the write that was received later. */
    LAST {
        @Override
        boolean prefersNewer(Write newer, Write older) {
            return true;
        }
    },
    /** Keeps the put that was received first. Deletes are skipped in this mode, so any put replaces a delete. */
    FIRST {
        @Override
        boolean prefersNewer(Write newer, Write older) {
            return older.kind() == Write.Kind.DELETE;
        }
    },
    /** Keeps the write with the higher version; if the versions are equal, the one that was received later. */
    HIGHEST {
        @Override
        boolean prefersNewer(Write newer, Write older) {
            return newer.version().compareTo(older.version()) >= 0;
        }
    };

    /**
     * Whether the newer write is kept.
     *
     * @param newer the write that was received later
     */
    abstract boolean prefersNewer(Write newer, Write older);
}
