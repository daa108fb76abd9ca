package io.sidetrack.common.poll;

/** Ends a poll that has reached its limit. Carries no stack trace: it is frequent in lanes with large records. */
final class PollLimitException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    PollLimitException() {
        super("the poll has reached its limit; the next poll reads the record", null, false, false);
    }
}
