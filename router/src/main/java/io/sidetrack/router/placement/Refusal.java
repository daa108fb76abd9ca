package io.sidetrack.router.placement;

import java.util.Locale;

/** Why a lane does not accept a record. */
public enum Refusal {
    /** Larger than the lane's {@code max.message.bytes}, or than the producer can send. */
    TOO_LARGE("larger than the lane accepts (max.message.bytes)"),
    /** A compacted topic rejects records without a key. */
    NO_KEY("without a key, and the lane is compacted");

    private final String message;

    Refusal(String message) {
        this.message = message;
    }

    /** The code in headers and metrics, such as {@code too-large}. */
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The reason in words. */
    public String message() {
        return message;
    }
}
