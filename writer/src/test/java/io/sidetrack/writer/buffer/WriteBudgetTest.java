package io.sidetrack.writer.buffer;

import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.writer.share.Share;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rate that a budget allows, in simulated time, for a buffer that is always full and a table that throttles. */
class WriteBudgetTest {
    private static final long MS = 1_000_000;
    private static final int LATENCY_MS = 20;

    private long nowNanos;

    /** A table with a capacity in units per second, and a burst of at most 0.2 seconds. */
    private static final class ModelTable {
        double unitsPerSecond;
        double tokens;
        long throttled;

        ModelTable(double unitsPerSecond) {
            this.unitsPerSecond = unitsPerSecond;
            this.tokens = unitsPerSecond / 5;
        }

        void tick() {
            tokens = Math.min(unitsPerSecond / 5, tokens + unitsPerSecond / 1000);
        }

        boolean write() {
            if (tokens < 1) {
                throttled++;
                return false;
            }
            tokens--;
            return true;
        }
    }

    private record Response(Batch batch, BatchOutcome outcome, double units, long dueNanos) {}

    /** A backfill into a table, with a live lane beside it. */
    private final class Backfill {
        final ModelTable table;
        final WriteBudget budget;
        final WriteBuffer buffer;
        final Deque<Response> responses = new ArrayDeque<>();
        /** One of this many keys belongs to a key range that is always throttled; 0 for none. */
        final int hotEvery;

        /** Whether responses contain the consumed units. */
        final boolean reportsUnits;

        int read;
        double consumed;
        long liveThrottled;

        Backfill(ModelTable table, WriteBudget budget, int hotEvery, boolean reportsUnits) {
            this.table = table;
            this.budget = budget;
            this.hotEvery = hotEvery;
            this.reportsUnits = reportsUnits;
            this.buffer = buffer(Precedence.LAST, budget, new Counts());
        }

        void run(Duration time) {
            WriteBudgetTest.this.run(List.of(this), time);
        }

        private void writeLive() {
            table.tick();
            if (nowNanos / MS % 20 == 0) {
                // Fifty live writes per second.
                long before = table.throttled;
                table.write();
                liveThrottled += table.throttled - before;
            }
        }

        private void step() {
            while (!buffer.isFull(nowNanos)) {
                boolean hot = hotEvery > 0 && read % hotEvery == 0;
                buffer.add(Records.put((hot ? "hot" : "k") + read, read), nowNanos);
                read++;
            }
            while (!responses.isEmpty() && responses.peekFirst().dueNanos <= nowNanos) {
                Response response = responses.removeFirst();
                consumed += response.units;
                buffer.complete(response.batch, response.outcome, nowNanos);
            }
            for (Batch batch : buffer.ready(nowNanos)) {
                responses.addLast(response(batch));
            }
        }

        private Response response(Batch batch) {
            List<Outcome> outcomes = new ArrayList<>();
            int written = 0;
            for (int i = 0; i < batch.writes().size(); i++) {
                boolean hot = batch.writes().get(i).key().partition().startsWith("hot");
                boolean fits = !hot && table.write();
                written += fits ? 1 : 0;
                outcomes.add(fits ? new Outcome.Written() : new Outcome.Retry(RetryCause.UNPROCESSED));
            }
            BatchOutcome outcome = written == 0
                    ? new BatchOutcome.RetryAll(RetryCause.THROTTLED)
                    : new BatchOutcome.Each(outcomes, reportsUnits ? written : 0);
            return new Response(batch, outcome, written, nowNanos + LATENCY_MS * MS);
        }
    }

    /** Runs backfills into the same table, with one live lane beside them. */
    private void run(List<Backfill> backfills, Duration time) {
        for (long end = nowNanos + time.toNanos(); nowNanos < end; nowNanos += MS) {
            backfills.get(0).writeLive();
            backfills.forEach(Backfill::step);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void operatorsLimitIsKeptWhetherOrNotResponsesContainConsumedUnits(boolean reportsUnits) {
        Backfill backfill = new Backfill(new ModelTable(100_000), new WriteBudget(300, false, 0), 0, reportsUnits);
        backfill.run(Duration.ofSeconds(20));
        assertThat(backfill.consumed).isBetween(20 * 300 * 0.97, 20 * 300 * 1.03);
    }

    /** DynamoDB charges a failed condition, and does not report it. */
    @Test
    void writesWhoseConditionFailsAreCharged() {
        WriteBudget budget = new WriteBudget(300, false, 0);
        Counts counts = new Counts();
        WriteBuffer buffer = buffer(Precedence.HIGHEST, budget, counts);
        double charged = 0;
        long read = 0;
        for (long now = 0; now < Duration.ofSeconds(20).toNanos(); now += MS) {
            while (!buffer.isFull(now)) {
                buffer.add(Records.put("k" + read, read), now);
                read++;
            }
            for (Batch batch : buffer.ready(now)) {
                charged += batch.expectedUnits();
                List<Outcome> stale = new ArrayList<>();
                batch.writes().forEach(write -> stale.add(new Outcome.Stale(write.writeUnits())));
                buffer.complete(batch, new BatchOutcome.Each(stale, 0), now);
            }
        }
        assertThat(charged).isBetween(20 * 300 * 0.97, 20 * 300 * 1.03);
        assertThat(counts.charged).isEqualTo(charged);
    }

    @Test
    void limitCanBeChangedAtRunTime() {
        Backfill backfill = new Backfill(new ModelTable(100_000), laneBudget(300), 0, true);
        backfill.run(Duration.ofSeconds(2));
        backfill.budget.setLaneLimit(50, nowNanos);
        double before = backfill.consumed;
        backfill.run(Duration.ofSeconds(20));
        assertThat(backfill.consumed - before).isBetween(900.0, 1100.0);
        backfill.budget.setLaneLimit(Double.POSITIVE_INFINITY, nowNanos);
        before = backfill.consumed;
        backfill.run(Duration.ofSeconds(2));
        assertThat(backfill.consumed - before).isGreaterThan(10_000);
    }

    /** The watchdog must not mistake a wait for the budget for a standstill. */
    @Test
    void activityContainsTheEndOfTheWaitForTheBudget() {
        WriteBudget budget = new WriteBudget(1, false, 0);
        WriteBuffer buffer = buffer(Precedence.LAST, budget, new Counts());
        buffer.add(Records.put("a", 0), 1000 * MS);
        Batch first = buffer.ready(1000 * MS).get(0);
        for (int i = 1; i <= 25; i++) {
            buffer.add(Records.put("k" + i, i), 1000 * MS);
        }
        Batch second = buffer.ready(4000 * MS).get(0);
        buffer.complete(first, WriteBufferTest.written(first), 4000 * MS);
        buffer.complete(second, new BatchOutcome.Refused("ValidationException"), 4000 * MS);
        budget.settle(0, 1, 100, 4000 * MS);

        assertThat(buffer.ready(5000 * MS))
                .as("a part is due, and the budget is overdrawn")
                .isEmpty();
        assertThat(buffer.activity(5000 * MS).resumesNanos())
                .isGreaterThan(5000 * MS)
                .isEqualTo(buffer.nextDueNanos());
    }

    /** Otherwise a raised limit would also apply to the debt from before. */
    @Test
    void debtIsRepaidAtTheOldLimitUntilTheLimitChanges() {
        WriteBudget budget = laneBudget(10);
        budget.isOpen(1000 * MS);
        budget.settle(budget.reserve(31), 31, 31, 1000 * MS);
        budget.setLaneLimit(1000, 2000 * MS);
        // The balance was 1, so the debt is 30; 10 of it are repaid in the second before the change.
        assertThat(budget.opensAtNanos(2000 * MS)).isBetween(2019 * MS, 2021 * MS);
    }

    @Test
    void reservationIsReplacedByTheActualCost() {
        WriteBudget budget = new WriteBudget(100, false, 0);
        budget.isOpen(1000 * MS);
        double reserved = budget.reserve(10);
        budget.settle(reserved, 10, 40, 1000 * MS);
        // The balance was 5 at most, so the debt is 35.
        assertThat(budget.opensAtNanos(1000 * MS)).isBetween(1340 * MS, 1360 * MS);
    }

    @Test
    void backfillUsesTheCapacityThatLiveTrafficLeavesAndRarelyCausesThrottling() {
        Backfill backfill =
                new Backfill(new ModelTable(1000), new WriteBudget(Double.POSITIVE_INFINITY, true, 0), 0, true);
        backfill.run(Duration.ofSeconds(20));
        double before = backfill.consumed;
        long liveThrottledBefore = backfill.liveThrottled;
        backfill.run(Duration.ofMinutes(5));
        assertThat(backfill.consumed - before).isGreaterThan(0.85 * 950 * 300);
        // There were 15,000 live writes.
        assertThat(backfill.liveThrottled - liveThrottledBefore).isLessThan(75);
    }

    /** The probes of three instances together must not throttle live traffic more often than those of one. */
    @Test
    void instancesOfAGroupTogetherYieldLikeOne() {
        ModelTable table = new ModelTable(1000);
        List<Backfill> group = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            WriteBudget budget = new WriteBudget(Double.POSITIVE_INFINITY, true, 0);
            budget.setShare(new Share(1 / 3.0, 1 / 3.0, Long.MAX_VALUE, 1 / 3.0), 0);
            group.add(new Backfill(table, budget, 0, true));
        }
        run(group, Duration.ofSeconds(20));
        double before = group.stream().mapToDouble(one -> one.consumed).sum();
        long liveThrottledBefore = group.get(0).liveThrottled;
        run(group, Duration.ofMinutes(5));
        assertThat(group.stream().mapToDouble(one -> one.consumed).sum() - before)
                .isGreaterThan(0.85 * 950 * 300);
        assertThat(group.get(0).liveThrottled - liveThrottledBefore).isLessThan(75);
    }

    @Test
    void shareMovesTheRateAndNotTheBurst() {
        WriteBudget budget = laneBudget(1000);
        budget.setShare(share(0), 0);
        assertThat(budget.isOpen(1000 * MS)).as("without a share").isFalse();
        assertThat(budget.opensAtNanos(1000 * MS)).as("look again").isBetween(1000 * MS + 1, 2000 * MS + 1);
        budget.setShare(share(0.5), 1000 * MS);
        assertThat(budget.isOpen(1000 * MS))
                .as("nothing was saved up without a share")
                .isFalse();
        assertThat(budget.rate()).isEqualTo(500);
        budget.isOpen(5000 * MS);
        budget.setShare(share(0.1), 5000 * MS);
        budget.settle(budget.reserve(55), 55, 55, 5000 * MS);
        // The burst of the smaller share is 5, so the debt is 50.
        assertThat(budget.opensAtNanos(5000 * MS)).isBetween(5499 * MS, 5501 * MS);
    }

    @Test
    void expiredShareCountsOnlyUntilItsEnd() {
        WriteBudget budget = laneBudget(100);
        budget.setShare(new Share(0.5, 0.5, 2000 * MS, 0.1), 0);
        budget.settle(budget.reserve(150), 150, 150, 0);
        // 100 units until the expiry, and 10 per second afterwards.
        assertThat(budget.isOpen(6900 * MS)).isFalse();
        assertThat(budget.isOpen(7100 * MS)).isTrue();
        assertThat(budget.rate()).isEqualTo(10);
    }

    /** An item of 400 KB costs more than a small share accrues in a minute. */
    @Test
    void itemThatCostsMoreThanTheBurstIsSentAndTheNextOneWaits() {
        WriteBudget budget = laneBudget(10);
        budget.setShare(share(0.5), 0);
        assertThat(budget.isOpen(1000 * MS)).isTrue();
        budget.settle(budget.reserve(400), 400, 400, 1000 * MS);
        assertThat(budget.isOpen(80_000 * MS)).isFalse();
        assertThat(budget.isOpen(81_000 * MS)).isTrue();
    }

    private static WriteBudget laneBudget(double limit) {
        WriteBudget budget = new WriteBudget(Double.POSITIVE_INFINITY, false, 0);
        budget.setLaneLimit(limit, 0);
        return budget;
    }

    private static Share share(double part) {
        return new Share(part, part, Long.MAX_VALUE, part);
    }

    @Test
    void backfillFollowsTheTablesCapacityUpAndDown() {
        Backfill backfill =
                new Backfill(new ModelTable(1000), new WriteBudget(Double.POSITIVE_INFINITY, true, 0), 0, true);
        backfill.run(Duration.ofSeconds(20));
        backfill.table.unitsPerSecond = 200;
        backfill.run(Duration.ofSeconds(10));
        assertThat(backfill.budget.rate()).isLessThan(200);
        backfill.table.unitsPerSecond = 2000;
        backfill.run(Duration.ofMinutes(3));
        assertThat(backfill.budget.rate()).isGreaterThan(1500);
    }

    @Test
    void hotKeyRangeDoesNotSlowDownTheOthers() {
        Backfill backfill =
                new Backfill(new ModelTable(1000), new WriteBudget(Double.POSITIVE_INFINITY, true, 0), 20, true);
        backfill.run(Duration.ofSeconds(30));
        assertThat(backfill.consumed).isGreaterThan(30 * 950 * 0.7);
    }

    @Test
    void lowLimitKeepsTheBufferSmallSoThatACommitIsNotDelayed() {
        Backfill backfill = new Backfill(new ModelTable(100_000), new WriteBudget(30, false, 0), 0, true);
        backfill.run(Duration.ofSeconds(30));
        assertThat(backfill.buffer.state(nowNanos).records()).isLessThanOrEqualTo(151);
    }

    private static WriteBuffer buffer(Precedence precedence, WriteBudget budget, Counts counts) {
        return new BufferBuilder()
                .maxInFlight(50)
                .maxRecords(5000)
                .readAhead(Duration.ofSeconds(5))
                .precedence(precedence)
                .budget(budget)
                .build(counts);
    }
}
