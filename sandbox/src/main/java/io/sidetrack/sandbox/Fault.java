package io.sidetrack.sandbox;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** What a {@link FaultProxy} does with a call instead of, or besides, passing it on. */
public sealed interface Fault {
    /** Passes it on. */
    record None() implements Fault {}

    /** Passes it on, and holds the answer back until this long after the call came. */
    record Latency(Duration duration) implements Fault {}

    /** Passes it on only when it is released, or after this long, whether or not its sender still waits. */
    record Late(CountDownLatch release, Duration longest) implements Fault {}

    /** Writes only the first of a batch's items, and gives the others back as unprocessed. */
    record Unprocessed(int kept) implements Fault {}

    /** Answers with an error of DynamoDB, without passing the call on. */
    record Refusal(int status, String code, String message) implements Fault {}

    /** Answers a batch of statements with HTTP status 200 and this error for each, without passing the call on. */
    record StatementErrors(String code) implements Fault {}

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

    /** Passes it on after this long, whether or not its sender still waits. */
    static Fault late(Duration duration) {
        return new Late(new CountDownLatch(1), duration);
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
