package io.sidetrack.router.placement;

import java.util.Locale;

/** Why a lane would not take a record. */
public enum Refusal {
    /** Larger than the lane's {@code max.message.bytes}, or than what the producer can hold. */
    TOO_LARGE("larger than the lane takes (max.message.bytes)"),
    /** A compacted topic takes no record without a key. */
    NO_KEY("without a key, and the lane is compacted");

    private final String message;

    Refusal(String message) {
        this.message = message;
    }

    /** As it stands in headers and metrics. */
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** For somebody who reads it. */
    public String message() {
        return message;
    }
}
