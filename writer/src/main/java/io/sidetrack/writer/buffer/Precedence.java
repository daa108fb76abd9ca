package io.sidetrack.writer.buffer;

import io.sidetrack.writer.model.Write;

/** Which of two writes of a key is the one to keep, as the table would decide if it got both. */
public enum Precedence {
    /** The one that came in later. */
    LAST {
        @Override
        boolean isForNewcomer(Write newcomer, Write other) {
            return true;
        }
    },
    /** The put that came in first. The table skips deletes, so a delete gives way to any put. */
    FIRST {
        @Override
        boolean isForNewcomer(Write newcomer, Write other) {
            return other.kind() == Write.Kind.DELETE;
        }
    },
    /** The one of the higher version; of the same version, the one that came in later. */
    HIGHEST {
        @Override
        boolean isForNewcomer(Write newcomer, Write other) {
            return newcomer.version().compareTo(other.version()) >= 0;
        }
    };

    /** @param newcomer came in after the other */
    abstract boolean isForNewcomer(Write newcomer, Write other);
}
