package io.sidetrack.writer.table;

import io.sidetrack.common.log.ProblemLog;
import io.sidetrack.common.log.Secrets;
import io.sidetrack.common.thread.Daemons;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;
import software.amazon.awssdk.identity.spi.IdentityProvider;
import software.amazon.awssdk.identity.spi.ResolveIdentityRequest;

/**
 * A cache of AWS credentials, which are resolved once for many calls. The SDK's providers block for as long as the service,
 * process or file behind them does, so they run on their own threads, and no caller waits longer than a call may take:
 *
 * <pre>
 *   none ──current()──▶ resolving ──▶ held ──due──▶ held, and resolving ahead ──▶ held
 *                          │           │
 *     a caller's limit is reached      └── expired, or rejected by DynamoDB ──▶ none
 *     (its call fails; resolving continues)
 * </pre>
 *
 * <p>The next call after {@link #GIVE_UP} interrupts a resolution that does not end, and starts another one; at most {@link
 * #MAX_THREADS} run at a time. Thread-safe.
 */
final class CredentialsCache implements IdentityProvider<AwsCredentialsIdentity>, AutoCloseable {
    /** How long before their expiration credentials are no longer used. */
    static final Duration EXPIRY_MARGIN = Duration.ofSeconds(10);
    /** How long before their expiration credentials are resolved again; at half their lifetime if that is later. */
    static final Duration REFRESH_AHEAD = Duration.ofMinutes(5);
    /** The time after which credentials without an expiration time are resolved again. */
    static final Duration FRESH = Duration.ofMinutes(1);
    /** The longest time for which credentials without an expiration time are used. */
    static final Duration USABLE = Duration.ofMinutes(5);
    /** The time between two attempts to resolve credentials ahead. */
    static final Duration PAUSE = Duration.ofSeconds(10);

    static final Duration GIVE_UP = Duration.ofMinutes(1);
    static final int MAX_THREADS = 3;

    private static final String PROBLEM = "AWS credentials cannot be resolved";

    private final IdentityProvider<? extends AwsCredentialsIdentity> provider;
    private final Clock clock;
    private final Duration defaultLimit;
    private final ProblemLog problems;
    private final ExecutorService threads = new ThreadPoolExecutor(
            0, MAX_THREADS, 30, TimeUnit.SECONDS, new SynchronousQueue<>(), Daemons.named("aws-credentials"));

    /** Guards all fields below. While it is held, the provider is not called and no future is completed. */
    private final Object lock = new Object();
    /** Callers that wait for credentials; each leaves after its limit. */
    private final Set<Waiter> waiting = new LinkedHashSet<>();
    /** The credentials in use; null if there are none. */
    private Held held;
    /** The newest resolution that has not ended; null if there is none. */
    private Attempt newest;

    private boolean closed;

    /** A caller that waits for credentials. */
    private static final class Waiter {
        private final CompletableFuture<AwsCredentialsIdentity> result = new CompletableFuture<>();
    }

    /** Credentials, with the times from which to resolve them again and until which to use them. */
    private record Held(AwsCredentialsIdentity identity, Instant refreshFrom, Instant usableUntil) {
        static Held of(AwsCredentialsIdentity identity, Instant now) {
            return identity.expirationTime()
                    .map(end -> new Held(identity, refreshFrom(now, end), end.minus(EXPIRY_MARGIN)))
                    .orElseGet(() -> new Held(identity, now.plus(FRESH), now.plus(USABLE)));
        }

        private static Instant refreshFrom(Instant now, Instant end) {
            Instant ahead = end.minus(REFRESH_AHEAD);
            Instant half = now.plus(Duration.between(now, end).dividedBy(2));
            return ahead.isAfter(half) ? ahead : half;
        }
    }

    /**
     * @param defaultLimit the time that a caller waits for credentials, unless it passes another limit
     * @param clock the clock for expiration times
     */
    CredentialsCache(
            IdentityProvider<? extends AwsCredentialsIdentity> provider,
            Clock clock,
            Duration defaultLimit,
            ProblemLog problems) {
        this.provider = provider;
        this.clock = clock;
        this.defaultLimit = defaultLimit;
        this.problems = problems;
    }

    @Override
    public Class<AwsCredentialsIdentity> identityType() {
        return AwsCredentialsIdentity.class;
    }

    @Override
    public CompletableFuture<AwsCredentialsIdentity> resolveIdentity(ResolveIdentityRequest request) {
        return current();
    }

    /**
     * The credentials to sign with now. Does not block.
     *
     * @return completes at once if there are credentials, and otherwise when they are resolved, or exceptionally with a
     *     {@link NoCredentialsException} if that fails or takes too long
     */
    CompletableFuture<AwsCredentialsIdentity> current() {
        return current(defaultLimit);
    }

    /** As {@link #current()}, with another limit. */
    CompletableFuture<AwsCredentialsIdentity> current(Duration limit) {
        Attempt starts = null;
        Attempt givenUp = null;
        CompletableFuture<AwsCredentialsIdentity> result;
        synchronized (lock) {
            Instant now = clock.instant();
            if (closed) {
                return CompletableFuture.failedFuture(new NoCredentialsException("the table's connection is closed"));
            }
            boolean usable = held != null && now.isBefore(held.usableUntil);
            boolean due = !usable || !now.isBefore(held.refreshFrom);
            if (due && (newest == null || newest.isOverdue(now))) {
                givenUp = newest;
                starts = new Attempt(now);
                newest = starts;
                held = usable ? new Held(held.identity, now.plus(PAUSE), held.usableUntil) : null;
            }
            result = usable ? CompletableFuture.completedFuture(held.identity) : waits(limit);
        }
        if (givenUp != null) {
            givenUp.interrupt();
        }
        if (starts != null) {
            starts.start();
        }
        return result;
    }

    /** Under the lock. */
    private CompletableFuture<AwsCredentialsIdentity> waits(Duration limit) {
        Waiter waiter = new Waiter();
        waiting.add(waiter);
        return waiter.result.orTimeout(limit.toMillis(), TimeUnit.MILLISECONDS).handle((identity, failure) -> {
            synchronized (lock) {
                waiting.remove(waiter);
            }
            if (failure == null) {
                return identity;
            }
            throw failure instanceof NoCredentialsException known
                    ? known
                    : new NoCredentialsException(
                            failure instanceof TimeoutException
                                    ? "their source has not responded within " + limit.toMillis() + " ms"
                                    : failure.getClass().getSimpleName());
        });
    }

    /** Reports that DynamoDB rejects these credentials; if they are in use, the next call waits for new ones. */
    void rejected(AwsCredentialsIdentity identity) {
        synchronized (lock) {
            if (held != null && held.identity.equals(identity)) {
                held = null;
            }
        }
    }

    private void ended(Attempt attempt, AwsCredentialsIdentity identity, Throwable failure) {
        if (identity != null) {
            rememberSecrets(identity);
        }
        List<Waiter> completed;
        synchronized (lock) {
            boolean isNewest = attempt == newest;
            if (isNewest) {
                newest = null;
            } else if (identity == null || held != null) {
                // A late result of an older attempt is used only if the newer one has not succeeded yet.
                return;
            }
            if (identity != null) {
                held = Held.of(identity, clock.instant());
            }
            completed = new ArrayList<>(waiting);
            waiting.clear();
        }
        if (identity != null) {
            problems.over(PROBLEM);
            completed.forEach(waiter -> waiter.result.complete(identity));
        } else {
            NoCredentialsException none = failure instanceof NoCredentialsException known
                    ? known
                    : new NoCredentialsException(rootKind(failure), failure);
            problems.report(
                    PROBLEM,
                    PROBLEM + " (" + none.getMessage()
                            + "); check the source of the AWS credentials. The writer tries again");
            completed.forEach(waiter -> waiter.result.completeExceptionally(none));
        }
    }

    /** Called before the first use, because the SDK logs what it signs. */
    private static void rememberSecrets(AwsCredentialsIdentity identity) {
        Secrets.remember(identity.secretAccessKey());
        if (identity instanceof AwsSessionCredentialsIdentity session) {
            Secrets.remember(session.sessionToken());
        }
    }

    /** The kind of the root cause. Messages are not logged, because a provider's can contain the output of a process. */
    private static String rootKind(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getClass().getSimpleName();
    }

    /** Ends the threads and all waits. Does not close the provider, which belongs to the caller. */
    @Override
    public void close() {
        List<Waiter> remaining;
        synchronized (lock) {
            closed = true;
            held = null;
            remaining = new ArrayList<>(waiting);
            waiting.clear();
        }
        threads.shutdownNow();
        remaining.forEach(waiter ->
                waiter.result.completeExceptionally(new NoCredentialsException("the table's connection is closed")));
    }

    /** One call of the provider. */
    private final class Attempt implements Runnable {
        private final Instant started;
        private volatile Future<?> task;

        Attempt(Instant started) {
            this.started = started;
        }

        boolean isOverdue(Instant now) {
            return !now.isBefore(started.plus(GIVE_UP));
        }

        void start() {
            try {
                task = threads.submit(this);
            } catch (RejectedExecutionException e) {
                ended(this, null, new NoCredentialsException(MAX_THREADS + " calls to their source hang"));
            }
        }

        void interrupt() {
            Future<?> running = task;
            if (running != null) {
                running.cancel(true);
            }
        }

        @Override
        public void run() {
            CompletableFuture<? extends AwsCredentialsIdentity> resolution;
            try {
                resolution = provider.resolveIdentity();
            } catch (RuntimeException | Error e) {
                resolution = CompletableFuture.failedFuture(e);
            }
            var unused = resolution.whenComplete((identity, failure) -> ended(this, identity, failure));
        }
    }
}
