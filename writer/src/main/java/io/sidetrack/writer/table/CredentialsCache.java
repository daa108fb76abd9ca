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
 * AWS credentials, resolved once for many calls. The SDK's providers block for as long as the service, process or file
 * behind them does, so they are called on threads of their own, and nobody waits for them longer than a call may:
 *
 * <pre>
 *   none ──current()──▶ resolving ──▶ held ──due──▶ held, and resolving ahead ──▶ held
 *                          │           │
 *     a caller's patience ends         └── expired, or rejected by DynamoDB ──▶ none
 *     (its call fails; resolving goes on)
 * </pre>
 *
 * <p>A resolution that does not end is interrupted after {@link #GIVE_UP}, and the next call starts another one, up to
 * {@link #MAX_THREADS} at a time. Thread-safe.
 */
final class CredentialsCache implements IdentityProvider<AwsCredentialsIdentity>, AutoCloseable {
    /** Credentials with an expiration time are not used any more when it is this close. */
    static final Duration EXPIRY_MARGIN = Duration.ofSeconds(10);
    /** Credentials with an expiration time are resolved anew this long before it, or at half their time if that is later. */
    static final Duration REFRESH_AHEAD = Duration.ofMinutes(5);
    /** Credentials without an expiration time are resolved anew after this. */
    static final Duration FRESH = Duration.ofMinutes(1);
    /** Credentials without an expiration time are not used longer than this. */
    static final Duration USABLE = Duration.ofMinutes(5);
    /** Time between two attempts to resolve ahead. */
    static final Duration PAUSE = Duration.ofSeconds(10);

    static final Duration GIVE_UP = Duration.ofMinutes(1);
    static final int MAX_THREADS = 3;

    private static final String PROBLEM = "AWS credentials cannot be resolved";

    private final IdentityProvider<? extends AwsCredentialsIdentity> provider;
    private final Clock clock;
    private final Duration patience;
    private final ProblemLog problems;
    private final ExecutorService threads = new ThreadPoolExecutor(
            0, MAX_THREADS, 30, TimeUnit.SECONDS, new SynchronousQueue<>(), Daemons.named("aws-credentials"));

    /** Guards all fields below. The provider is not called under it, and no future is completed. */
    private final Object lock = new Object();
    /** Callers for whom there are no credentials yet; each leaves after its patience. */
    private final Set<Waiter> waiting = new LinkedHashSet<>();
    /** Null if there are none that can be used. */
    private Held held;
    /** The resolution under way; null if there is none. */
    private Attempt newest;

    private boolean closed;

    /** A caller who has no credentials yet. */
    private static final class Waiter {
        private final CompletableFuture<AwsCredentialsIdentity> answer = new CompletableFuture<>();
    }

    /** Credentials, and until when to use them. */
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
     * @param patience how long a caller waits for credentials, unless it says otherwise
     * @param clock for expiration times
     */
    CredentialsCache(
            IdentityProvider<? extends AwsCredentialsIdentity> provider,
            Clock clock,
            Duration patience,
            ProblemLog problems) {
        this.provider = provider;
        this.clock = clock;
        this.patience = patience;
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
     * @return completes at once if there are any, and otherwise when they are resolved, or exceptionally with a
     *     {@link NoCredentialsException} if that fails or takes too long
     */
    CompletableFuture<AwsCredentialsIdentity> current() {
        return current(patience);
    }

    /** As {@link #current()}, with another patience. */
    CompletableFuture<AwsCredentialsIdentity> current(Duration limit) {
        Attempt starts = null;
        Attempt givenUp = null;
        CompletableFuture<AwsCredentialsIdentity> answer;
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
            answer = usable ? CompletableFuture.completedFuture(held.identity) : waits(limit);
        }
        if (givenUp != null) {
            givenUp.interrupt();
        }
        if (starts != null) {
            starts.start();
        }
        return answer;
    }

    /** Under the lock. */
    private CompletableFuture<AwsCredentialsIdentity> waits(Duration limit) {
        Waiter waiter = new Waiter();
        waiting.add(waiter);
        return waiter.answer.orTimeout(limit.toMillis(), TimeUnit.MILLISECONDS).handle((identity, failure) -> {
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
                                    ? "their source has not answered in " + limit.toMillis() + " ms"
                                    : failure.getClass().getSimpleName());
        });
    }

    /** Reports that DynamoDB rejects these credentials; if they are held, they are resolved anew before the next call. */
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
        List<Waiter> answered;
        synchronized (lock) {
            boolean isNewest = attempt == newest;
            if (isNewest) {
                newest = null;
            } else if (identity == null || held != null) {
                // An attempt that was given up matters only if it brings what the newer one has not brought yet.
                return;
            }
            if (identity != null) {
                held = Held.of(identity, clock.instant());
            }
            answered = new ArrayList<>(waiting);
            waiting.clear();
        }
        if (identity != null) {
            problems.over(PROBLEM);
            answered.forEach(waiter -> waiter.answer.complete(identity));
        } else {
            NoCredentialsException none = failure instanceof NoCredentialsException known
                    ? known
                    : new NoCredentialsException(rootKind(failure), failure);
            problems.report(
                    PROBLEM,
                    PROBLEM + " (" + none.getMessage()
                            + "); check the source of the AWS credentials. It is tried again");
            answered.forEach(waiter -> waiter.answer.completeExceptionally(none));
        }
    }

    /** Before anybody signs with them: the SDK logs what it signs. */
    private static void rememberSecrets(AwsCredentialsIdentity identity) {
        Secrets.remember(identity.secretAccessKey());
        if (identity instanceof AwsSessionCredentialsIdentity session) {
            Secrets.remember(session.sessionToken());
        }
    }

    /** A provider's message can contain what a process has printed, so only its kind may be logged. */
    private static String rootKind(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getClass().getSimpleName();
    }

    /** Ends the threads, and every wait; the provider is its owner's to close. */
    @Override
    public void close() {
        List<Waiter> left;
        synchronized (lock) {
            closed = true;
            held = null;
            left = new ArrayList<>(waiting);
            waiting.clear();
        }
        threads.shutdownNow();
        left.forEach(waiter ->
                waiter.answer.completeExceptionally(new NoCredentialsException("the table's connection is closed")));
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
                ended(this, null, new NoCredentialsException(MAX_THREADS + " calls of their source hang"));
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
