package io.sidetrack.common.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sidetrack.common.log.ProblemLog;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.errors.TimeoutException;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/** A stream thread gets settings that are current, never waits for long, and learns whether they are recent. */
@Timeout(120) // Some waits would not end.
class ControlFollowerTest {
    private static final Map<String, NamedBackfill> KNOWN = Map.of("a", NamedBackfill.paused(1));
    private static final Map<String, NamedBackfill> CHANGED = Map.of("a", NamedBackfill.cancelled(true, 2));
    private static final Duration NEVER = Duration.ofDays(1);
    private static final Duration SHORT = Duration.ofMillis(50);

    private final AtomicLong nanos = new AtomicLong(1000);
    private final AtomicInteger commands = new AtomicInteger();
    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicInteger readings = new AtomicInteger();
    private final List<String> closedBy = new CopyOnWriteArrayList<>();
    private final List<Map<String, NamedBackfill>> applied = new CopyOnWriteArrayList<>();
    private final List<Boolean> failures = new CopyOnWriteArrayList<>();
    private final CountDownLatch hangs = new CountDownLatch(1);
    private volatile Optional<Map<String, NamedBackfill>> changed = Optional.empty();
    private volatile boolean commandsReadable = true;
    private volatile boolean readable = true;
    private volatile boolean responds = true;
    /** How long a reading takes. */
    private volatile Duration takes = Duration.ZERO;

    private ControlFollower follower;

    private final ControlListener listener = new ControlListener() {
        @Override
        public void apply(Map<String, NamedBackfill> settings, boolean forTask) {
            applied.add(settings);
        }

        @Override
        public void rejected() {}

        @Override
        public void unreadable(boolean outdated) {
            failures.add(outdated);
        }

        @Override
        public String whileUnreadable() {
            return "the last settings stay in effect";
        }
    };

    private void start(Duration pause, Duration limit) {
        follower = new ControlFollower(
                new ControlFollower.Feeds(
                        this::readCommands,
                        this::read,
                        () -> closedBy.add(Thread.currentThread().getName() + " after " + readings)),
                KNOWN,
                listener,
                new ProblemLog(
                        LoggerFactory.getLogger(ControlFollowerTest.class), System::nanoTime, Duration.ofMinutes(1)),
                new ControlFollower.Timing(pause, limit, limit),
                nanos::get);
    }

    private static ConditionFactory patiently() {
        return await().atMost(Duration.ofSeconds(60));
    }

    private void readCommands() {
        commands.incrementAndGet();
        if (!commandsReadable) {
            throw new TimeoutException("no response");
        }
    }

    private Optional<Map<String, NamedBackfill>> read() {
        begun.incrementAndGet();
        if (!responds) {
            awaitUninterrupted();
        }
        readings.incrementAndGet();
        nanos.addAndGet(takes.toNanos());
        if (!readable) {
            throw new TimeoutException("no response");
        }
        return changed;
    }

    private void awaitUninterrupted() {
        try {
            hangs.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Reads the settings as they are now. */
    private void refresh() {
        follower.since(nanos.incrementAndGet());
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    @AfterEach
    void close() {
        hangs.countDown();
        follower.close();
    }

    @Test
    void knownSettingsApplyAtOnceAndTheLastOnesAfterEachReading() {
        start(NEVER, NEVER);
        assertThat(applied).containsExactly(KNOWN);
        refresh();
        assertThat(applied).as("their effect may be another one").containsExactly(KNOWN, KNOWN);
        changed = Optional.of(CHANGED);
        refresh();
        changed = Optional.empty();
        refresh();
        assertThat(applied).containsExactly(KNOWN, KNOWN, CHANGED, CHANGED);
        assertThat(commands).as("a task does not wait for them").hasValue(0);
    }

    @Test
    void settingsAreReadAgainOnlyIfTheyAreOlderThanTheTask() {
        start(NEVER, NEVER);
        follower.since(nanos.get());
        assertThat(readings).as("known since then").hasValue(0);
        takes = Duration.ofSeconds(1);
        refresh();
        assertThat(readings).hasValue(1);
        follower.since(nanos.get() - takes.toNanos());
        assertThat(readings).as("the reading began then").hasValue(1);
        follower.since(nanos.get());
        assertThat(readings).as("the reading had begun before").hasValue(2);
    }

    @Test
    void nobodyWaitsWhileTheSettingsCannotBeRead() {
        start(NEVER, NEVER);
        readable = false;
        refresh();
        assertThat(readings).hasValue(1);
        // A wait would not end.
        responds = false;
        for (int i = 0; i < 1000; i++) {
            refresh();
        }
        assertThat(readings).hasValue(1);
    }

    @Test
    void onlyOneThreadWaitsForAReadingThatHangs() {
        start(NEVER, SHORT);
        responds = false;
        long start = System.nanoTime();
        for (int i = 0; i < 1000; i++) {
            refresh();
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(SHORT, Duration.ofSeconds(20));
        assertThat(follower.isRecent()).isFalse();
        hangs.countDown();
        patiently().until(follower::isRecent);
        assertThat(readings).hasValue(1);
    }

    @Test
    void settingsAreRecentForFiveSecondsAfterTheBeginningOfAReading() {
        start(NEVER, NEVER);
        pass(Duration.ofSeconds(5).minusNanos(1));
        assertThat(follower.isRecent()).isTrue();
        pass(Duration.ofNanos(1));
        assertThat(follower.isRecent()).isFalse();
        takes = Duration.ofSeconds(2);
        refresh();
        pass(Duration.ofSeconds(3).minusNanos(1));
        assertThat(follower.isRecent()).isTrue();
        pass(Duration.ofNanos(1));
        assertThat(follower.isRecent()).isFalse();
    }

    /** Nothing is discarded by settings that may have been replaced. */
    @Test
    void failedReadingMakesNothingRecentAndIsOutdatedAfterFiveSecondsWithoutASuccess() {
        start(Duration.ofMillis(1), NEVER);
        patiently().until(() -> readings.get() > 0);
        readable = false;
        patiently().alias("although the age is zero").until(() -> !follower.isRecent());
        awaitFailures(1);
        pass(Duration.ofSeconds(5).minusNanos(1));
        awaitFailures(2);
        assertThat(failures).doesNotContain(true);
        pass(Duration.ofNanos(1));
        awaitFailures(2);
        assertThat(failures).last().isEqualTo(true);
        assertThat(follower.isRecent()).isFalse();
        readable = true;
        patiently().until(follower::isRecent);
        readable = false;
        int before = failures.size();
        awaitFailures(2);
        assertThat(failures.stream().skip(before)).doesNotContain(true);
    }

    private void awaitFailures(int more) {
        int before = failures.size();
        patiently().until(() -> failures.size() >= before + more);
    }

    /** Otherwise no later setting would take effect. */
    @Test
    void failedReadingsDoNotEndTheSchedule() {
        start(Duration.ofMillis(1), NEVER);
        readable = false;
        commandsReadable = false;
        awaitFailures(10);
        readable = true;
        changed = Optional.of(CHANGED);
        patiently()
                .untilAsserted(() -> assertThat(applied).as("commands or not").contains(CHANGED));
        assertThat(follower.isRecent()).isFalse();
        commandsReadable = true;
        patiently().until(follower::isRecent);
        int before = commands.get();
        patiently().until(() -> commands.get() > before);
    }

    @Test
    void closedFollowerReadsNothing() {
        start(Duration.ofMillis(1), NEVER);
        follower.close();
        follower.close();
        assertThat(closedBy).as("once").containsExactly("operator after " + readings);
        int before = readings.get();
        refresh();
        assertThat(readings).hasValue(before);
        assertThat(failures).isEmpty();
    }

    /** A Kafka consumer can be used by only one thread at a time. */
    @Test
    void closeDuringAReadingWaitsForAMomentAndLeavesTheFeedsToTheReadingThread() {
        start(NEVER, SHORT);
        responds = false;
        refresh();
        patiently().until(() -> begun.get() > 0);
        long start = System.nanoTime();
        follower.close();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(SHORT, Duration.ofSeconds(10));
        assertThat(closedBy).isEmpty();
        hangs.countDown();
        patiently().untilAsserted(() -> assertThat(closedBy).containsExactly("operator after 1"));
    }
}
