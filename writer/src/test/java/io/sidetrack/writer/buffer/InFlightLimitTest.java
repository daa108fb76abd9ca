package io.sidetrack.writer.buffer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How the number of batches in flight follows the table. */
class InFlightLimitTest {
    @Test
    void limitIsHalvedOnceForAllBatchesThatWereInFlightTogether() {
        InFlightLimit limit = new InFlightLimit(64);
        for (int batch = 0; batch < 64; batch++) {
            limit.failed(batch, 63);
        }
        assertThat(limit.current()).isEqualTo(32);
        limit.failed(64, 95);
        assertThat(limit.current()).isEqualTo(16);
    }

    @Test
    void limitStaysAtOneOrMore() {
        InFlightLimit limit = new InFlightLimit(64);
        for (int batch = 0; batch < 100; batch++) {
            limit.failed(batch, batch);
        }
        assertThat(limit.current()).isEqualTo(1);
    }

    @Test
    void limitRecoversWithinDozensOfRoundsAndStopsAtItsMaximum() {
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
    void throttledTableReceivesFewerRequestsAndEveryRecordIsWritten() {
        Counts counts = new Counts();
        WriteBuffer buffer =
                new BufferBuilder().maxInFlight(50).maxRecords(100_000).build(counts);
        for (int i = 0; i < 5000; i++) {
            buffer.add(Records.put("k" + i, i), 0);
        }
        // A table that responds after 10 ms, and accepts four batches in this time.
        long now = 0;
        long calls = 0;
        Deque<Batch> inFlight = new ArrayDeque<>(buffer.ready(0));
        while (!buffer.isEmpty()) {
            now += 10_000_000;
            List<Batch> completed = new ArrayList<>(inFlight);
            inFlight.clear();
            for (int i = 0; i < completed.size(); i++) {
                calls++;
                buffer.complete(
                        completed.get(i),
                        i < 4
                                ? WriteBufferTest.written(completed.get(i))
                                : new BatchOutcome.RetryAll(RetryCause.THROTTLED),
                        now);
            }
            inFlight.addAll(buffer.ready(now));
            if (inFlight.isEmpty() && !buffer.isEmpty()) {
                now = Math.max(now, buffer.nextDueNanos());
                inFlight.addAll(buffer.ready(now));
            }
        }
        assertThat(counts.written).isEqualTo(5000);
        assertThat(calls)
                .as("200 calls are needed; without the limit, 50 would be in flight all the time")
                .isLessThan(400);
    }
}
