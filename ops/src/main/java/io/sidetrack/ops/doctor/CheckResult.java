package io.sidetrack.ops.doctor;

import java.util.Optional;

/**
 * The result of a check.
 *
 * @param subject the topic, group, table or the like
 * @param text its state or its problem
 * @param remedy what to do about a problem; empty if there is none
 */
record CheckResult(Level level, String subject, String text, Optional<String> remedy) {
    /** The severity of a problem. */
    enum Level {
        OK,
        /** Works, but may soon fail. */
        WARN,
        /** Does not work, or loses records. */
        FAIL
    }

    static CheckResult ok(String subject, String text) {
        return new CheckResult(Level.OK, subject, text, Optional.empty());
    }

    static CheckResult warn(String subject, String text, String remedy) {
        return new CheckResult(Level.WARN, subject, text, Optional.of(remedy));
    }

    static CheckResult fail(String subject, String text, String remedy) {
        return new CheckResult(Level.FAIL, subject, text, Optional.of(remedy));
    }
}
