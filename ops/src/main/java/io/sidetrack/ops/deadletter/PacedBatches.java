package io.sidetrack.ops.deadletter;

import io.sidetrack.ops.RateLimit;
import io.sidetrack.ops.StopRequest;
import java.util.List;
import java.util.function.Consumer;

/**
 * Replays batches no faster than a limit allows. It waits between transactions, never within one, because an open transaction
 * blocks the consumers of its topics, and is aborted after {@code transaction.timeout.ms}. Not thread-safe.
 */
final class PacedBatches implements Consumer<List<ReplayRecord>> {
    private static final int MAX_BATCH = 500;

    private final RateLimit pace;
    private final StopRequest stop;
    private final ReplayAudit audit;
    private final Consumer<List<ReplayRecord>> transactions;

    /** Thrown if a stop is requested. */
    static final class StoppedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private StoppedException() {
            super("stopped", null, false, false);
        }
    }

    /** @param transactions replays a batch in a transaction */
    PacedBatches(RateLimit pace, StopRequest stop, ReplayAudit audit, Consumer<List<ReplayRecord>> transactions) {
        this.pace = pace;
        this.stop = stop;
        this.audit = audit;
        this.transactions = transactions;
    }

    /**
     * How many dead letters a batch may have: as many as one second allows, so that they do not come in bursts.
     *
     * @param rate per second; 0 for no limit
     */
    static int size(double rate) {
        return rate == 0 ? MAX_BATCH : (int) Math.max(1, Math.min(MAX_BATCH, rate));
    }

    /** @throws StoppedException if a stop is requested; the batch is not replayed then */
    @Override
    public void accept(List<ReplayRecord> batch) {
        for (int i = 0; i < batch.size(); i++) {
            pace.await();
        }
        requireGoing();
        audit.begin();
        transactions.accept(batch);
    }

    /** @throws StoppedException if a stop is requested */
    void requireGoing() {
        if (stop.isRequested()) {
            throw new StoppedException();
        }
    }
}
