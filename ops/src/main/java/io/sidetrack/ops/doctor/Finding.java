package io.sidetrack.ops.doctor;

import java.util.Optional;

/**
 * One thing that was looked at.
 *
 * @param subject topic, group, table or the like
 * @param text how it stands
 * @param remedy what to do; empty if it is as it should be
 */
record Finding(Level level, String subject, String text, Optional<String> remedy) {
    /** How bad it is. */
    enum Level {
        OK,
        /** Works, and may not for long. */
        WARN,
        /** Does not work, or loses records. */
        FAIL
    }

    static Finding ok(String subject, String text) {
        return new Finding(Level.OK, subject, text, Optional.empty());
    }

    static Finding warn(String subject, String text, String remedy) {
        return new Finding(Level.WARN, subject, text, Optional.of(remedy));
    }

    static Finding fail(String subject, String text, String remedy) {
        return new Finding(Level.FAIL, subject, text, Optional.of(remedy));
    }
}
