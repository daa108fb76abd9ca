package io.sidetrack.writer.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sidetrack.common.log.ProblemLog;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.IdentityProvider;
import software.amazon.awssdk.identity.spi.ResolveIdentityRequest;

/** Many calls share credentials from a source that may be slow, hang or fail, and whose credentials expire. */
class CredentialsCacheTest {
    private static final Instant START = Instant.parse("2026-05-01T12:00:00Z");
    /** The limit in tests whose source hangs. */
    private static final Duration LIMIT = Duration.ofMillis(300);
    /** Longer than a busy machine needs for a call of a source that responds. */
    private static final Duration LONG = Duration.ofSeconds(60);

    private final Time time = new Time();
    private final Source source = new Source();
    private final LogLines log = new LogLines();
    private final CredentialsCache cache = cache(LONG);
    private final CredentialsCache impatient = cache(LIMIT);

    private CredentialsCache cache(Duration limit) {
        return new CredentialsCache(
                source, time, limit, new ProblemLog(log.logger(), System::nanoTime, Duration.ofMinutes(1)));
    }

    private static final class Time extends Clock {
        volatile Instant now = START;

        void pass(Duration some) {
            now = now.plus(some);
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    private record Key(String accessKeyId, String secretAccessKey, Optional<Instant> expirationTime)
            implements AwsCredentialsIdentity {}

    /** A provider that follows the test's script, and returns a different key each time. */
    private static final class Source implements IdentityProvider<AwsCredentialsIdentity> {
        final AtomicInteger calls = new AtomicInteger();
        final Set<Thread> threads = ConcurrentHashMap.newKeySet();
        volatile Supplier<Instant> expires = () -> null;
        /** The latch that a call waits for, whether or not it reacts to interrupts. */
        volatile CountDownLatch gate = new CountDownLatch(0);

        volatile boolean deaf;
        volatile boolean fails;

        @Override
        public Class<AwsCredentialsIdentity> identityType() {
            return AwsCredentialsIdentity.class;
        }

        @Override
        public CompletableFuture<AwsCredentialsIdentity> resolveIdentity(ResolveIdentityRequest request) {
            int number = calls.incrementAndGet();
            threads.add(Thread.currentThread());
            pass(gate);
            if (fails) {
                throw new IllegalStateException("the secret is hunter2");
            }
            return CompletableFuture.completedFuture(
                    new Key("key" + number, "secret", Optional.ofNullable(expires.get())));
        }

        private void pass(CountDownLatch some) {
            while (true) {
                try {
                    some.await();
                    return;
                } catch (InterruptedException e) {
                    if (!deaf) {
                        throw new IllegalStateException("interrupted", e);
                    }
                }
            }
        }
    }

    @AfterEach
    void close() {
        source.gate.countDown();
        cache.close();
        impatient.close();
    }

    private String key() {
        return key(cache);
    }

    private static String key(CredentialsCache some) {
        return some.current()
                .orTimeout(LONG.toSeconds(), TimeUnit.SECONDS)
                .join()
                .accessKeyId();
    }

    @Test
    void callsThatArriveDuringAResolutionShareIt() {
        source.gate = new CountDownLatch(1);
        List<CompletableFuture<AwsCredentialsIdentity>> answers = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            answers.add(cache.current());
        }
        source.gate.countDown();
        assertThat(answers).allSatisfy(answer -> assertThat(
                        answer.orTimeout(60, TimeUnit.SECONDS).join().accessKeyId())
                .isEqualTo("key1"));
        for (int i = 0; i < 1000; i++) {
            assertThat(cache.current()).isCompleted();
        }
        assertThat(source.calls).hasValue(1);
        assertThat(source.threads).doesNotContain(Thread.currentThread());
    }

    @Test
    void hangingSourceBlocksNoCallerAndHoldsFewThreads() {
        source.gate = new CountDownLatch(1);
        source.deaf = true;
        long start = System.nanoTime();
        List<CompletableFuture<AwsCredentialsIdentity>> answers = new ArrayList<>();
        for (int minute = 0; minute < 60; minute++) {
            for (int i = 0; i < 20; i++) {
                answers.add(impatient.current());
            }
            time.pass(CredentialsCache.GIVE_UP);
        }
        // If each of the 1200 calls had waited, they would have taken 6 minutes.
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(LIMIT.multipliedBy(200));
        for (CompletableFuture<AwsCredentialsIdentity> answer : answers) {
            assertThatThrownBy(() -> answer.orTimeout(60, TimeUnit.SECONDS).join())
                    .hasCauseInstanceOf(NoCredentialsException.class);
        }
        assertThat(source.threads).hasSizeLessThanOrEqualTo(CredentialsCache.MAX_THREADS);

        source.gate.countDown();
        // Waits until one of the hanging calls has returned.
        await().atMost(LONG).ignoreExceptions().until(() -> key(impatient).startsWith("key"));
    }

    @Test
    void callFailsWithinItsLimitIfTheSourceHangs() {
        source.gate = new CountDownLatch(1);
        long start = System.nanoTime();
        assertThatThrownBy(() -> impatient.current().join())
                .hasCauseInstanceOf(NoCredentialsException.class)
                .hasRootCauseMessage("their source has not responded within 300 ms");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(LIMIT, LONG);
    }

    @Test
    void hangingResolutionIsInterruptedAndTriedAgain() {
        source.gate = new CountDownLatch(1);
        CompletableFuture<AwsCredentialsIdentity> first = cache.current();
        await().atMost(LONG).until(() -> source.calls.get() == 1);
        source.gate = new CountDownLatch(0);
        time.pass(CredentialsCache.GIVE_UP);
        assertThat(key()).isEqualTo("key2");
        assertThat(first.handle((identity, failure) -> true).orTimeout(60, TimeUnit.SECONDS))
                .succeedsWithin(LONG);
    }

    @Test
    void credentialsAreResolvedAheadOfTheirExpirationWhileTheOldOnesAreUsed() {
        source.expires = () -> time.now.plus(Duration.ofHours(1));
        assertThat(key()).isEqualTo("key1");
        time.pass(Duration.ofMinutes(54));
        assertThat(key()).isEqualTo("key1");
        assertThat(source.calls).hasValue(1);
        time.pass(Duration.ofMinutes(2));
        source.gate = new CountDownLatch(1);
        assertThat(key()).isEqualTo("key1");
        assertThat(key()).isEqualTo("key1");
        source.gate.countDown();
        await().atMost(LONG).until(() -> key().equals("key2"));
        assertThat(source.calls).hasValue(2);
    }

    @Test
    void expiredCredentialsAreNotUsed() {
        source.expires = () -> START.plus(Duration.ofHours(1));
        assertThat(key()).isEqualTo("key1");
        time.pass(Duration.ofMinutes(60).minus(CredentialsCache.EXPIRY_MARGIN));
        assertThat(key()).isEqualTo("key2");
    }

    @Test
    void credentialsWithoutAnExpirationAreUsedForAShortTime() {
        assertThat(key()).isEqualTo("key1");
        time.pass(CredentialsCache.FRESH.minusSeconds(1));
        assertThat(key()).isEqualTo("key1");
        assertThat(source.calls).hasValue(1);
        time.pass(CredentialsCache.USABLE);
        assertThat(key()).isEqualTo("key2");
    }

    @Test
    void sourceThatFailsAheadOfTheExpirationIsNotCalledForEveryCall() {
        source.expires = () -> START.plus(Duration.ofHours(1));
        assertThat(key()).isEqualTo("key1");
        source.fails = true;
        time.pass(Duration.ofMinutes(56));
        for (int i = 0; i < 100; i++) {
            assertThat(key()).isEqualTo("key1");
        }
        await().atMost(LONG).until(() -> !log.all().isEmpty());
        assertThat(source.calls).hasValue(2);
        time.pass(CredentialsCache.PAUSE);
        source.fails = false;
        assertThat(key()).isEqualTo("key1");
        await().atMost(LONG).until(() -> key().equals("key3"));
    }

    @Test
    void rejectedCredentialsAreResolvedAgainOnceForAllCallsThatTheySigned() {
        AwsCredentialsIdentity first = cache.current().join();
        cache.rejected(first);
        assertThat(key()).isEqualTo("key2");
        cache.rejected(first);
        assertThat(key()).isEqualTo("key2");
        assertThat(source.calls).hasValue(2);
    }

    @Test
    void failureOfTheSourceIsReportedWithoutItsMessage() {
        source.fails = true;
        assertThatThrownBy(() -> cache.current().join()).rootCause().hasMessageContaining("hunter2");
        assertThat(log.all()).hasSize(1);
        assertThat(log.all().get(0)).contains("IllegalStateException").doesNotContain("hunter2");
        assertThatThrownBy(() -> cache.current().join()).cause().hasMessage("IllegalStateException");
        source.fails = false;
        assertThat(key()).startsWith("key");
    }

    @Test
    void closingEndsAllWaitsAndThreads() {
        source.gate = new CountDownLatch(1);
        CompletableFuture<AwsCredentialsIdentity> waits = cache.current();
        await().atMost(LONG).until(() -> source.calls.get() == 1);
        cache.close();
        assertThat(waits.handle((identity, failure) -> failure != null)).isCompletedWithValue(true);
        assertThat(cache.current()).isCompletedExceptionally();
        await().atMost(LONG).until(() -> source.threads.stream().noneMatch(Thread::isAlive));
    }
}
