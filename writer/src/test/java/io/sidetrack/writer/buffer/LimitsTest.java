package io.sidetrack.writer.buffer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** How much is in flight, how far ahead is read, and when it is enough of bad records. */
class LimitsTest {
    private static final long SECOND = 1_000_000_000;

    @Test
    void limitHalvesOnceForAllBatchesThatWereOnTheirWayTogether() {
        InFlightLimit limit = new InFlightLimit(64);
        for (int batch = 0; batch < 64; batch++) {
            limit.failed(batch, 63);
        }
        assertThat(limit.current()).isEqualTo(32);
        limit.failed(64, 95);
        assertThat(limit.current()).isEqualTo(16);
        for (int batch = 100; batch < 200; batch++) {
            limit.failed(batch, batch);
        }
        assertThat(limit.current()).as("never nothing").isEqualTo(1);
    }

    @Test
    void limitGrowsBackWithinDozensOfRoundsAndNotBeyondItsMaximum() {
        InFlightLimit limit = new InFlightLimit(800);
        for (int batch = 0; batch < 20; batch++) {
            limit.failed(batch, batch);
        }
        int rounds = 0;
        while (limit.current() < 800) {
            int round = limit.current();
            for (int i = 0; i < round; i++) {
                limit.succeeded();
            }
            rounds++;
        }
        assertThat(rounds).isBetween(30, 80);
        limit.succeeded();
        assertThat(limit.current()).isEqualTo(800);
    }

    @Test
    void throttledTableIsAskedLessAndStillServedToTheEnd() {
        Counts tally = new Counts();
        WriteBuffer buffer = new WriteBuffer(
                new BufferLimits(
                        25,
                        1_000_000,
                        Duration.ofSeconds(1),
                        50,
                        100_000,
                        1 << 30,
                        Duration.ofHours(1),
                        Precedence.LAST,
                        100),
                Backoffs.same(
                        new Backoff(Duration.ofMillis(50), Duration.ofSeconds(5), new SplittableRandom(3)),
                        Duration.ofSeconds(1)),
                WriteBudget.unlimited(),
                tally);
        for (int i = 0; i < 5000; i++) {
            buffer.add(Records.put("k" + i, i), 0);
        }
        // A table that answers after 10 ms, and takes 4 batches in each.
        long now = 0;
        long calls = 0;
        Deque<Batch> flying = new ArrayDeque<>(buffer.ready(0));
        while (!buffer.isEmpty()) {
            now += 10_000_000;
            List<Batch> due = new ArrayList<>(flying);
            flying.clear();
            for (int i = 0; i < due.size(); i++) {
                calls++;
                buffer.complete(
                        due.get(i),
                        i < 4 ? WriteBufferTest.written(due.get(i)) : new BatchOutcome.RetryAll(RetryCause.THROTTLED),
                        now);
            }
            flying.addAll(buffer.ready(now));
            if (flying.isEmpty() && !buffer.isEmpty()) {
                now = Math.max(now, buffer.nextDueNanos());
                flying.addAll(buffer.ready(now));
            }
        }
        assertThat(tally.written).isEqualTo(5000);
        assertThat(calls)
                .as("200 are needed; without a limit 50 would be sent at a time")
                .isLessThan(400);
    }

    @Test
    void readingAheadFollowsTheRateAtWhichRecordsAreFinished() {
        FinishRate rate = new FinishRate();
        assertThat(rate.expectedIn(5 * SECOND, 0)).isZero();
        for (int i = 0; i < 4000; i++) {
            rate.finished(i * SECOND / 1000);
        }
        assertThat(rate.expectedIn(5 * SECOND, 4 * SECOND)).isBetween(4900L, 5100L);
        assertThat(rate.expectedIn(5 * SECOND, 60 * SECOND))
                .as("nothing for a minute")
                .isLessThan(200);
    }

    @Test
    void bufferOfASlowTableIsFullEarly() {
        WriteBuffer buffer = new WriteBuffer(
                new BufferLimits(
                        1,
                        1000,
                        Duration.ofSeconds(1),
                        1,
                        10_000,
                        1 << 30,
                        Duration.ofSeconds(5),
                        Precedence.LAST,
                        100),
                Backoffs.same(
                        new Backoff(Duration.ofMillis(50), Duration.ofSeconds(5), new SplittableRandom(1)),
                        Duration.ofSeconds(1)),
                WriteBudget.unlimited(),
                new Counts());
        long now = 0;
        int added = 0;
        // 5 a second are written, as many are read as the buffer takes.
        for (int i = 0; i < 100; i++) {
            while (!buffer.isFull(now)) {
                buffer.add(Records.put("k" + added, added++), now);
            }
            now += SECOND / 5;
            Batch batch = buffer.ready(now).get(0);
            buffer.complete(batch, WriteBufferTest.written(batch), now);
        }
        assertThat(buffer.state(now).records()).isBetween(20L, 30L);
    }

    @Test
    void mostOfAWindowRejectedIsAnAlarmAndSingleOnesAreNot() {
        RejectionWindow window = new RejectionWindow(50);
        for (int i = 0; i < 10_000; i++) {
            window.add(i % 2 == 0);
            assertThat(window.isExceeded()).isFalse();
        }
        window.add(true);
        window.add(true);
        assertThat(window.isExceeded()).isTrue();
        RejectionWindow never = new RejectionWindow(100);
        for (int i = 0; i < 5000; i++) {
            never.add(true);
        }
        assertThat(never.isExceeded()).isFalse();
    }

    @Test
    void noMoreDeadLettersAreHandedOverOnceTheAlarmIsRaised() {
        WriteBuffer buffer = new WriteBuffer(
                new BufferLimits(
                        25,
                        1000,
                        Duration.ofSeconds(1),
                        4,
                        10_000,
                        1 << 30,
                        Duration.ofSeconds(5),
                        Precedence.LAST,
                        50),
                Backoffs.same(
                        new Backoff(Duration.ofMillis(50), Duration.ofSeconds(5), new SplittableRandom(1)),
                        Duration.ofSeconds(1)),
                WriteBudget.unlimited(),
                new Counts());
        int sent = 0;
        for (int i = 0; i < 2000; i++) {
            buffer.add(Records.bad(0, i), 0);
            sent += buffer.takeDeadLetters(0).size();
        }
        assertThat(buffer.isAlarmed()).isTrue();
        assertThat(sent).isEqualTo(500);
        assertThat(buffer.isEmpty()).as("so that nothing of it is committed").isFalse();
    }

    @Test
    void aMillionUpdatesOfOneKeyCostAHandfulOfWrites() {
        Counts tally = new Counts();
        WriteBuffer buffer = new WriteBuffer(
                new BufferLimits(
                        25,
                        1000,
                        Duration.ofSeconds(1),
                        4,
                        10_000,
                        1 << 30,
                        Duration.ofSeconds(5),
                        Precedence.LAST,
                        50),
                Backoffs.same(
                        new Backoff(Duration.ofMillis(50), Duration.ofSeconds(5), new SplittableRandom(1)),
                        Duration.ofSeconds(1)),
                WriteBudget.unlimited(),
                tally);
        List<Batch> flying = new ArrayList<>();
        for (int i = 0; i < 1_000_000; i++) {
            long now = i * 1000L;
            buffer.add(Records.put("hot", i), now);
            flying.addAll(buffer.ready(now));
            if (i % 20_000 == 19_999) {
                // Once every 20 ms, a round trip.
                List<Batch> answered = List.copyOf(flying);
                flying.clear();
                answered.forEach(batch -> buffer.complete(batch, WriteBufferTest.written(batch), now));
                flying.addAll(buffer.ready(now));
            }
        }
        assertThat(tally.written).isLessThanOrEqualTo(50);
        assertThat(tally.superseded).isGreaterThan(999_900);
        assertThat(buffer.state(0).records()).isLessThanOrEqualTo(2);
    }
}
