package io.sidetrack.sandbox;

import java.time.Duration;

/** What a {@link FaultProxy} does with a call instead of, or besides, passing it on. */
public sealed interface Fault {
    /** Passes it on. */
    record None() implements Fault {}

    /** Passes it on, and holds the answer back until this long after the call came. */
    record Latency(Duration duration) implements Fault {}

    /** Writes only the first of a batch's items, and gives the others back as unprocessed. */
    record Unprocessed(int kept) implements Fault {}

    /** Answers with an error of DynamoDB, without passing the call on. */
    record Refusal(int status, String code, String message) implements Fault {}

    /** Resets the connection, without passing the call on. */
    record Reset() implements Fault {}

    /** Passes the call on, and closes the connection without an answer: it took effect, and nobody was told. */
    record LostReply() implements Fault {}

    /** Never answers, and does not pass the call on. */
    record Hang() implements Fault {}

    /** Passes it on. */
    static Fault none() {
        return new None();
    }

    /** The table is over its provisioned capacity. */
    static Fault throttled() {
        return new Refusal(
                400, "ProvisionedThroughputExceededException", "The level of configured throughput is exceeded");
    }

    /** DynamoDB fails. */
    static Fault serverError() {
        return new Refusal(500, "InternalServerError", "Internal server error");
    }

    /** DynamoDB refuses what is in the call. */
    static Fault invalid() {
        return new Refusal(400, "ValidationException", "One or more parameter values were invalid");
    }

    /** The caller may not. */
    static Fault accessDenied() {
        return new Refusal(400, "AccessDeniedException", "User is not authorized to perform this action");
    }
}
