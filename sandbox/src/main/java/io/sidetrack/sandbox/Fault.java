package io.sidetrack.sandbox;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** What a {@link FaultProxy} does with a call instead of forwarding it, or in addition. */
public sealed interface Fault {
    /** Forwards the call. */
    record None() implements Fault {}

    /** Forwards the call, and delays the response until {@code duration} after the call arrived. */
    record Latency(Duration duration) implements Fault {}

    /** Forwards the call when it is released, or after {@code longest}, whether or not its sender is still waiting. */
    record Late(CountDownLatch release, Duration longest) implements Fault {}

    /** Writes the first {@code kept} items of a batch, and returns the others as unprocessed. */
    record Unprocessed(int kept) implements Fault {}

    /** Responds with a DynamoDB error, without forwarding the call. */
    record Refusal(int status, String code, String message) implements Fault {}

    /** Responds with the error of a throttled call and its reason, without forwarding the call. */
    record Throttled(String reason, String resource) implements Fault {}

    /** Responds to a batch of statements with HTTP status 200 and an error for each, without forwarding the call. */
    record StatementErrors(String code) implements Fault {}

    /** Resets the connection, without forwarding the call. */
    record Reset() implements Fault {}

    /** Forwards the call, and closes the connection without a response: the call takes effect, but its sender cannot know. */
    record LostReply() implements Fault {}

    /** Never responds, and does not forward the call. */
    record Hang() implements Fault {}

    /** No fault: the call is forwarded. */
    static Fault none() {
        return new None();
    }

    /** Forwards the call after {@code duration}, whether or not its sender is still waiting. */
    static Fault late(Duration duration) {
        return new Late(new CountDownLatch(1), duration);
    }

    /** The error of a table above its provisioned capacity. */
    static Fault throttled() {
        return new Refusal(
                400, "ProvisionedThroughputExceededException", "The level of configured throughput is exceeded");
    }

    /** An internal error of DynamoDB. */
    static Fault serverError() {
        return new Refusal(500, "InternalServerError", "Internal server error");
    }

    /** The error with which DynamoDB rejects the content of a call. */
    static Fault invalid() {
        return new Refusal(400, "ValidationException", "One or more parameter values were invalid");
    }

    /** The error of a caller without permission. */
    static Fault accessDenied() {
        return new Refusal(400, "AccessDeniedException", "User is not authorized to perform this action");
    }
}
