package io.sidetrack.writer;

import io.sidetrack.common.lane.Lane;
import io.sidetrack.common.settings.StartupException;
import io.sidetrack.mapping.settings.WriteMode;
import io.sidetrack.writer.buffer.Backoff;
import io.sidetrack.writer.buffer.Backoffs;
import io.sidetrack.writer.buffer.BufferEvents;
import io.sidetrack.writer.buffer.BufferLimits;
import io.sidetrack.writer.buffer.Precedence;
import io.sidetrack.writer.buffer.Throttled;
import io.sidetrack.writer.buffer.ThrottledIndexes;
import io.sidetrack.writer.buffer.WriteBudget;
import io.sidetrack.writer.buffer.WriteBuffer;
import io.sidetrack.writer.settings.WriterSettings;
import java.time.Duration;
import java.util.SplittableRandom;

/** Makes the buffers of the stream threads, which share one write budget. */
final class BufferFactory {
    private static final long MIN_RECORDS = 1000;
    /** A commit waits for dead letters and parked records too, so their retries do not back off further. */
    private static final Duration TOPIC_RETRY = Duration.ofSeconds(1);

    private static final Duration FIRST_RETRY = Duration.ofMillis(50);
    private static final Duration FIRST_URGENT_RETRY = Duration.ofMillis(5);
    private static final Duration URGENT_RETRY_CAP = Duration.ofMillis(100);

    private final WriterSettings settings;
    private final BufferLimits limits;
    private final WriteBudget budget;
    private final Throttled throttled;

    /** @param indexes of the table, shared with the calls to it */
    BufferFactory(WriterConfig config, ThrottledIndexes indexes, long nowNanos) {
        this.settings = config.settings();
        this.limits = config.bufferLimits();
        this.budget = budget(settings, nowNanos);
        this.throttled =
                new Throttled(indexes, new WriteBudget(Double.POSITIVE_INFINITY, isBackfill(settings), nowNanos));
    }

    WriteBuffer buffer(BufferEvents events) {
        return new WriteBuffer(limits, backoffs(settings, new SplittableRandom()), budget, throttled, events);
    }

    /** The write budget of all buffers. */
    WriteBudget budget() {
        return budget;
    }

    /**
     * The limits of one stream thread's buffer.
     *
     * @param threads the stream threads of this instance, which share the batches in flight evenly
     * @throws StartupException if a thread could have no batch in flight, or could not fill those that it may have
     */
    static BufferLimits limits(WriterSettings settings, int threads) {
        int inFlight = settings.maxInFlight() / threads;
        if (inFlight == 0) {
            throw new StartupException(
                    WriterSettings.MAX_IN_FLIGHT + "=" + settings.maxInFlight(),
                    "fewer batches than the " + threads + " stream threads of KAFKA_NUM_STREAM_THREADS",
                    "Set it to " + threads + " or more, or use fewer threads.");
        }
        long pipeline = (long) inFlight * settings.batchSize();
        long records = settings.bufferRecords() == 0 ? Math.max(MIN_RECORDS, 2 * pipeline) : settings.bufferRecords();
        if (records < pipeline) {
            throw new StartupException(
                    WriterSettings.BUFFER_RECORDS + "=" + settings.bufferRecords(),
                    "cannot hold the %d batches of %d records that a thread may have in flight"
                            .formatted(inFlight, settings.batchSize()),
                    "Remove it, set it to %d or more, or lower %s."
                            .formatted(pipeline * 2, WriterSettings.MAX_IN_FLIGHT));
        }
        return new BufferLimits(
                settings.batchSize(),
                BufferLimits.MAX_BATCH_BYTES,
                settings.flushInterval(),
                inFlight,
                records,
                settings.bufferBytes(),
                Timeouts.shorter(
                        settings.drainTimeout(), settings.shutdownTimeout().dividedBy(3)),
                precedence(settings.guard().mode()),
                settings.maxRejectedPercent());
    }

    /** A backfill lane yields when the table throttles, so that live traffic keeps its capacity. */
    private static WriteBudget budget(WriterSettings settings, long nowNanos) {
        WriteBudget budget = new WriteBudget(settings.writeUnitLimit(), isBackfill(settings), nowNanos);
        budget.setLaneLimit(settings.laneWriteUnitLimit(), nowNanos);
        return budget;
    }

    /** A live lane retries a throttled write soon, because live traffic is sensitive to latency. */
    static Backoffs backoffs(WriterSettings settings, SplittableRandom random) {
        Backoff patient = new Backoff(FIRST_RETRY, settings.retryCap(), random.split());
        if (isBackfill(settings)) {
            return Backoffs.same(patient, TOPIC_RETRY);
        }
        Duration urgentCap = Timeouts.shorter(URGENT_RETRY_CAP, settings.retryCap());
        return new Backoffs(new Backoff(FIRST_URGENT_RETRY, urgentCap, random.split()), patient, TOPIC_RETRY);
    }

    /** Which of several writes of one key that wait in a buffer is sent. */
    private static Precedence precedence(WriteMode mode) {
        return switch (mode) {
            case OVERWRITE -> Precedence.LAST;
            case KEEP_EXISTING -> Precedence.FIRST;
            case NEWEST_WINS -> Precedence.HIGHEST;
        };
    }

    private static boolean isBackfill(WriterSettings settings) {
        return settings.guard().lane() == Lane.BACKFILL;
    }
}
