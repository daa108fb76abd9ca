package io.sidetrack.ops.verify;

import io.sidetrack.ops.OpsException;
import io.sidetrack.ops.verify.TableAccess.UnavailableException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.function.LongSupplier;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * Repeats calls that read nothing, with full jitter, until one reads something. Waits end when the table responds, when a stop is
 * requested, or with an {@link OpsException} after the patience has run out. Thread-safe; one instance serves one sequence of
 * calls.
 */
final class PatientCalls {
    private static final long FIRST_DELAY_MS = 50;
    private static final long MAX_DELAY_MS = 5_000;

    private final TableAccess table;
    private final StopRequest stop;
    private final Duration patience;
    private final LongSupplier nanoClock;
    private long advancedNanos;
    private int failures;
    private String problem = "no response";

    PatientCalls(TableAccess table, StopRequest stop, Duration patience, LongSupplier nanoClock) {
        this.table = table;
        this.stop = stop;
        this.patience = patience;
        this.nanoClock = nanoClock;
        this.advancedNanos = nanoClock.getAsLong();
    }

    /**
     * Calls until the table responds.
     *
     * @throws OpsException if the table has not responded for too long, or a retry would not help
     */
    <T> T call(String permission, Function<DynamoDbClient, T> request) {
        while (true) {
            stop.check();
            try {
                return table.call(permission, request);
            } catch (UnavailableException e) {
                problem = e.getMessage();
                delay();
            }
        }
    }

    /**
     * Called after a wait that is no failure of the table, such as for a budget.
     *
     * @param nanos how long it was
     */
    void waited(long nanos) {
        advancedNanos += nanos;
    }

    /** Called when a response contained what was read. */
    void advanced() {
        advancedNanos = nanoClock.getAsLong();
        failures = 0;
    }

    /** Called when a response contained nothing of what was read. Waits before the next call. */
    void readNothing() {
        problem = "it returns keys as unprocessed";
        delay();
    }

    private void delay() {
        if (nanoClock.getAsLong() - advancedNanos > patience.toNanos()) {
            throw new OpsException(
                    "table %s: nothing could be read for %d s (%s); lower --read-units, or try again later"
                            .formatted(table.table(), patience.toSeconds(), problem));
        }
        long max = Math.min(MAX_DELAY_MS, FIRST_DELAY_MS << Math.min(10, failures++));
        stop.await(Duration.ofMillis(ThreadLocalRandom.current().nextLong(max + 1)));
    }
}
