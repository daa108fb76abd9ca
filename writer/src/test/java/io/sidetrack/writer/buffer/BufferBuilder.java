package io.sidetrack.writer.buffer;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** Builds a buffer. The limits that a test does not set are large enough to have no effect, or those of BatchWriteItem. */
final class BufferBuilder {
    private int batchSize = BufferLimits.MAX_BATCH_SIZE;
    private int batchBytes = 1_000_000;
    private Duration flushInterval = Duration.ofSeconds(1);
    private int maxInFlight = 4;
    private long maxRecords = 10_000;
    private long maxHeldBytes = 1L << 30;
    private Duration readAhead = Duration.ofHours(1);
    private Precedence precedence = Precedence.LAST;
    private int maxRejectedPercent = 100;
    private WriteBudget budget = WriteBudget.unlimited();
    private Throttled throttled = new Throttled(ThrottledIndexes.none(), WriteBudget.unlimited());
    private Backoffs backoffs =
            backoffs(Duration.ofMillis(50), Duration.ofSeconds(5), Duration.ofSeconds(1), new SplittableRandom(1));

    BufferBuilder batchSize(int writes) {
        this.batchSize = writes;
        return this;
    }

    BufferBuilder batchBytes(int bytes) {
        this.batchBytes = bytes;
        return this;
    }

    BufferBuilder flushInterval(Duration interval) {
        this.flushInterval = interval;
        return this;
    }

    BufferBuilder maxInFlight(int batches) {
        this.maxInFlight = batches;
        return this;
    }

    BufferBuilder maxRecords(long records) {
        this.maxRecords = records;
        return this;
    }

    BufferBuilder maxHeldBytes(long bytes) {
        this.maxHeldBytes = bytes;
        return this;
    }

    BufferBuilder readAhead(Duration time) {
        this.readAhead = time;
        return this;
    }

    BufferBuilder precedence(Precedence of) {
        this.precedence = of;
        return this;
    }

    BufferBuilder maxRejectedPercent(int percent) {
        this.maxRejectedPercent = percent;
        return this;
    }

    BufferBuilder budget(WriteBudget shared) {
        this.budget = shared;
        return this;
    }

    BufferBuilder throttled(Throttled shared) {
        this.throttled = shared;
        return this;
    }

    BufferBuilder backoffs(Duration first, Duration cap, RandomGenerator random) {
        this.backoffs = backoffs(first, cap, cap, random);
        return this;
    }

    private static Backoffs backoffs(Duration first, Duration cap, Duration deadLetter, RandomGenerator random) {
        return Backoffs.same(new Backoff(first, cap, random), deadLetter);
    }

    BufferLimits limits() {
        return new BufferLimits(
                batchSize,
                batchBytes,
                flushInterval,
                maxInFlight,
                maxRecords,
                maxHeldBytes,
                readAhead,
                precedence,
                maxRejectedPercent);
    }

    WriteBuffer build(BufferEvents events) {
        return new WriteBuffer(limits(), backoffs, budget, throttled, events);
    }
}
