package io.sidetrack.writer.buffer;

import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.mapping.model.IndexEntries;
import io.sidetrack.mapping.model.MappingResult;
import io.sidetrack.mapping.model.Write;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A throttled index or a hot key range delays only the items that it concerns. A table in memory throttles these items, and
 * gives a reason only if it throttles a whole call, as DynamoDB does. Time is a number that the test sets.
 */
class ThrottledItemsTest {
    private static final long MS = 1_000_000;
    private static final long CALL_NANOS = 10 * MS;

    private final Counts counts = new Counts();
    private final ThrottledIndexes indexes = new ThrottledIndexes(List.of("by-city"));
    /** Is cut if the buffers believe that the table throttles. */
    private WriteBudget budget = WriteBudget.unlimited();

    private final SplittableRandom random = new SplittableRandom(1);
    private WriteBuffer buffer;
    private long now;
    private int offset;
    /** The keys of written items, in their order. */
    private final List<String> written = new ArrayList<>();

    private record Call(Batch batch, long endNanos) {}

    private final List<Call> calls = new ArrayList<>();
    private int mostInFlight;

    private WriteBuffer buffer(int maxInFlight, boolean yields) {
        return new BufferBuilder()
                .maxInFlight(maxInFlight)
                .maxRecords(2_000)
                .budget(budget)
                .throttled(new Throttled(indexes, new WriteBudget(Double.POSITIVE_INFINITY, yields, 0)))
                .backoffs(Duration.ofMillis(50), Duration.ofSeconds(5), random.split())
                .build(counts);
    }

    private void add(WriteBuilder write) {
        buffer.add(new MappingResult.Accepted(write.offset(offset++).build()), now);
    }

    /** Advances to the next end of a call or the next time at which the buffer has something to do. */
    private void step(Predicate<Write> throttled, RetryCause cause) {
        for (Batch batch : buffer.ready(now)) {
            calls.add(new Call(batch, now + CALL_NANOS));
        }
        mostInFlight = Math.max(mostInFlight, calls.size());
        long next = buffer.nextDueNanos();
        for (Call call : calls) {
            next = Math.min(next, call.endNanos);
        }
        now = Math.max(now, Math.min(next, now + 100 * MS));
        for (Call call : List.copyOf(calls)) {
            if (call.endNanos <= now) {
                calls.remove(call);
                buffer.complete(call.batch, outcome(call.batch.writes(), throttled, cause), now);
            }
        }
    }

    private BatchOutcome outcome(List<Write> writes, Predicate<Write> throttled, RetryCause cause) {
        if (writes.stream().allMatch(throttled)) {
            if (cause == RetryCause.THROTTLED_INDEX) {
                indexes.throttled("by-city", now);
            }
            return new BatchOutcome.RetryAll(cause);
        }
        List<Outcome> outcomes = new ArrayList<>();
        for (Write write : writes) {
            boolean again = throttled.test(write);
            outcomes.add(again ? new Outcome.Retry(RetryCause.UNPROCESSED) : new Outcome.Written());
            if (!again) {
                written.add(write.key().partition());
            }
        }
        return new BatchOutcome.Each(outcomes, 0);
    }

    private void run(long untilNanos, Predicate<Write> throttled, RetryCause cause) {
        while (now < untilNanos) {
            step(throttled, cause);
        }
    }

    private static boolean isIndexed(Write write) {
        return write.entries().indexes() != 0;
    }

    /** Fills the buffer with records, of which the given percentage is in the index, and writes for a second. */
    private int writtenInASecond(int percent, Predicate<Write> throttled, RetryCause cause) {
        long end = now + 1000 * MS;
        int before = written.size();
        while (now < end) {
            while (!buffer.isFull(now)) {
                WriteBuilder write = WriteBuilder.put("k" + offset);
                add(offset % 100 < percent ? write.indexes(0) : write);
            }
            step(throttled, cause);
        }
        return written.size() - before;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void otherItemsContinueAtFullRateWhileAnIndexThrottles(boolean yields) {
        buffer = buffer(8, yields);
        // The reason is not given for a part of a batch, so that it takes some attempts to learn it.
        int kept = 1_600;
        for (int i = 0; i < kept; i++) {
            WriteBuilder write = WriteBuilder.put("k" + i);
            add(i % 20 == 0 ? write.indexes(0) : write);
        }
        run(1000 * MS, ThrottledItemsTest::isIndexed, RetryCause.THROTTLED_INDEX);
        assertThat(written).hasSize(kept - kept / 20);
        assertThat(indexes.mask(now)).isEqualTo(1);

        // From now on, nothing that the index throttles has an effect on other items.
        written.clear();
        for (int i = kept; i < kept + 1_000; i++) {
            add(i % 5 == 0 ? WriteBuilder.put("k" + i).indexes(0) : WriteBuilder.put("k" + i));
        }
        long start = now;
        while (written.size() < 800) {
            step(ThrottledItemsTest::isIndexed, RetryCause.THROTTLED_INDEX);
        }
        assertThat(buffer.state(now).inFlightLimit()).isEqualTo(8);
        // 32 batches, at least 4 in flight.
        assertThat(now - start).isLessThanOrEqualTo(10 * CALL_NANOS);

        // Once the index no longer throttles, everything is written.
        run(now + 30_000 * MS, write -> false, RetryCause.THROTTLED);
        assertThat(buffer.isEmpty()).isTrue();
        assertThat(counts.written).isEqualTo(counts.received);
    }

    /**
     * In a batch of statements, DynamoDB gives no reason even if it throttles all of them. More than half of the items are in the
     * index, so that the table seems to be over its capacity until the reason is known.
     */
    @Test
    void reasonForThrottledStatementsIsLearnedFromASingleWrite() {
        buffer = buffer(8, false);
        for (int i = 0; i < 1_600; i++) {
            WriteBuilder write = WriteBuilder.put("k" + i);
            add(i % 5 < 3 ? write.indexes(0) : write);
        }
        long end = now + 1000 * MS;
        int singles = 0;
        while (now < end) {
            for (Batch batch : buffer.ready(now)) {
                singles += batch.writes().size() == 1 ? 1 : 0;
                calls.add(new Call(batch, now + CALL_NANOS));
            }
            now = Math.min(buffer.nextDueNanos(), now + CALL_NANOS);
            for (Call call : List.copyOf(calls)) {
                if (call.endNanos <= now) {
                    calls.remove(call);
                    buffer.complete(call.batch, outcomeOfStatements(call.batch.writes()), now);
                }
            }
        }
        assertThat(indexes.mask(now)).isEqualTo(1);
        assertThat(written).hasSize(640);
        // At most one for each batch of throttled writes.
        assertThat(singles).isLessThan(100);
    }

    /** A single write is a put, for which DynamoDB gives the reason. */
    private BatchOutcome outcomeOfStatements(List<Write> writes) {
        boolean isPut = writes.size() == 1;
        List<Outcome> outcomes = new ArrayList<>();
        for (Write write : writes) {
            boolean again = isIndexed(write);
            outcomes.add(
                    again
                            ? new Outcome.Retry(isPut ? RetryCause.THROTTLED_INDEX : RetryCause.THROTTLED)
                            : new Outcome.Written());
            if (!again) {
                written.add(write.key().partition());
            } else if (isPut) {
                indexes.throttled("by-city", now);
            }
        }
        return new BatchOutcome.Each(outcomes, 0);
    }

    @Test
    void hotKeyRangeSlowsDownNothingElse() {
        buffer = buffer(8, true);
        Predicate<Write> hot = write -> write.key().partition().startsWith("hot");
        for (int i = 0; i < 100; i++) {
            add(WriteBuilder.put("hot" + i));
        }
        run(200 * MS, hot, RetryCause.THROTTLED_KEY_RANGE);
        for (int i = 0; i < 800; i++) {
            add(WriteBuilder.put("k" + i));
        }
        long start = now;
        while (written.size() < 800) {
            step(hot, RetryCause.THROTTLED_KEY_RANGE);
        }
        assertThat(buffer.state(now).inFlightLimit()).isEqualTo(8);
        assertThat(now - start).isLessThanOrEqualTo(10 * CALL_NANOS);
        run(now + 30_000 * MS, write -> false, RetryCause.THROTTLED);
        assertThat(buffer.isEmpty()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(
            value = RetryCause.class,
            names = {"THROTTLED", "THROTTLED_INDEX", "THROTTLED_KEY_RANGE"})
    void onlyAThrottledTableCutsTheBudgetOfALaneThatYields(RetryCause cause) {
        budget = new WriteBudget(Double.POSITIVE_INFINITY, true, 0);
        buffer = buffer(8, true);
        for (int i = 0; i < 1_000; i++) {
            add(WriteBuilder.put("k" + i).indexes(0));
        }
        run(1000 * MS, write -> false, cause);
        double rate = budget.rate();
        for (int i = 1_000; i < 1_900; i++) {
            add(WriteBuilder.put("k" + i).indexes(0));
        }
        run(1200 * MS, write -> true, cause);
        if (cause == RetryCause.THROTTLED) {
            assertThat(budget.rate()).isLessThan(rate);
        } else {
            assertThat(budget.rate()).isGreaterThanOrEqualTo(rate);
        }
    }

    @Test
    void tableThatThrottlesStillSlowsDownEverything() {
        buffer = buffer(8, false);
        for (int i = 0; i < 800; i++) {
            add(WriteBuilder.put("k" + i));
        }
        run(100 * MS, write -> true, RetryCause.THROTTLED);
        assertThat(buffer.state(now).inFlightLimit()).isLessThan(8);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 8})
    void neitherKindOfItemsStarvesTheOther(int maxInFlight) {
        buffer = buffer(maxInFlight, false);
        indexes.throttled("by-city", now);
        for (int i = 0; i < 1_000; i++) {
            add(i % 2 == 0 ? WriteBuilder.put("a" + i).indexes(0) : WriteBuilder.put("b" + i));
        }
        while (written.size() < 500) {
            step(write -> false, RetryCause.THROTTLED);
        }
        long apart = written.stream().filter(key -> key.startsWith("a")).count();
        assertThat(apart).isBetween(200L, 300L);
        assertThat(mostInFlight).isLessThanOrEqualTo(maxInFlight);
    }

    @Test
    void writesOfAKeyKeepTheirOrderWhenTheyAreSentApart() {
        buffer = buffer(4, false);
        add(WriteBuilder.put("a"));
        Batch first = buffer.ready(now).get(0);
        indexes.throttled("by-city", now);
        add(WriteBuilder.put("a").indexes(0));
        add(WriteBuilder.put("b").indexes(0));
        // The first write of the key is still in flight.
        List<Batch> second = buffer.ready(now);
        assertThat(second).hasSize(1);
        assertThat(second.get(0).writes())
                .extracting(write -> write.key().partition())
                .containsExactly("b");
        buffer.complete(first, WriteBufferTest.written(first), now);
        buffer.complete(second.get(0), WriteBufferTest.written(second.get(0)), now);
        assertThat(buffer.ready(now)).hasSize(1).allMatch(Batch::isApart);
    }

    @Test
    void deleteIsSentApartBecauseItsItemMayBeInTheIndex() {
        buffer = buffer(4, false);
        indexes.throttled("by-city", now);
        Write delete = WriteBuilder.delete("a").build().with(IndexEntries.UNKNOWN);
        buffer.add(new MappingResult.Accepted(delete), now);
        assertThat(buffer.ready(now)).hasSize(1).allMatch(Batch::isApart);
    }

    @Test
    void waitingWritesAreSentApartAsSoonAsTheirIndexThrottlesAndTogetherAgainLater() {
        buffer = buffer(1, false);
        IntStream.range(0, 30).forEach(i -> add(WriteBuilder.put("k" + i).indexes(0)));
        Batch first = buffer.ready(now).get(0);
        assertThat(first.isApart()).isFalse();
        indexes.throttled("by-city", now);
        buffer.complete(first, new BatchOutcome.Each(Collections.nCopies(25, new Outcome.Written()), 0), now);
        Batch second = buffer.ready(now).get(0);
        assertThat(second.isApart()).isTrue();
        buffer.complete(second, WriteBufferTest.written(second), now);
        now += ThrottledIndexes.HOLD_NANOS;
        assertThat(buffer.ready(now)).isEmpty();
        add(WriteBuilder.put("last").indexes(0));
        assertThat(buffer.ready(now)).hasSize(1).noneMatch(Batch::isApart);
    }

    @Test
    void buffersMemoryIsBoundedAndALaneWhoseItemsAreAllThrottledWaits() {
        buffer = buffer(8, false);
        int before = writtenInASecond(100, write -> true, RetryCause.THROTTLED_INDEX);
        assertThat(before).isZero();
        assertThat(buffer.state(now).records()).isLessThanOrEqualTo(2_000);
        assertThat(writtenInASecond(100, write -> false, RetryCause.THROTTLED)).isPositive();
    }
}
