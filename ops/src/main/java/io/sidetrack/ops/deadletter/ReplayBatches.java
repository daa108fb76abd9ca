package io.sidetrack.ops.deadletter;

import io.sidetrack.common.record.Reduction;
import io.sidetrack.ops.cluster.LookupResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Collects dead letters into batches, each of which is replayed in one transaction. For a reduced dead letter, it fetches the
 * source record, and refuses the dead letter if that record is gone or has been replaced. Not thread-safe.
 */
final class ReplayBatches {
    /** Records stay in memory until their transaction is committed. */
    private static final long MAX_BYTES = 32L * 1024 * 1024;

    private final SourceRecords sourceRecords;
    private final ReplayRefusals refusals;
    private final int maxDeadLetters;
    private final Consumer<List<ReplayRecord>> batches;
    private List<ReplayRecord> batch = new ArrayList<>();
    private long bytes;

    /** Reads source records. */
    @FunctionalInterface
    interface SourceRecords {
        /** As {@link io.sidetrack.ops.cluster.RecordLookup#at}. */
        LookupResult at(String topic, int partition, long offset);
    }

    /**
     * @param maxDeadLetters in a batch
     * @param batches receives each full batch, and the last one at {@link #end}
     */
    ReplayBatches(
            SourceRecords sourceRecords,
            ReplayRefusals refusals,
            int maxDeadLetters,
            Consumer<List<ReplayRecord>> batches) {
        this.sourceRecords = sourceRecords;
        this.refusals = refusals;
        this.maxDeadLetters = maxDeadLetters;
        this.batches = batches;
    }

    /** Adds a dead letter. */
    void add(DeadLetter deadLetter, String target) {
        Optional<ConsumerRecord<byte[], byte[]>> content = content(deadLetter);
        if (content.isPresent()) {
            ReplayRecord outgoing = new ReplayRecord(deadLetter, content.get(), target);
            batch.add(outgoing);
            bytes += outgoing.bytes();
            if (batch.size() >= maxDeadLetters || bytes >= MAX_BYTES) {
                end();
            }
        }
    }

    /** Ends the last batch. */
    void end() {
        if (!batch.isEmpty()) {
            List<ReplayRecord> full = batch;
            batch = new ArrayList<>();
            bytes = 0;
            batches.accept(full);
        }
    }

    private Optional<ConsumerRecord<byte[], byte[]>> content(DeadLetter deadLetter) {
        Optional<Reduction> reduction = deadLetter.reduction();
        if (reduction.isEmpty()) {
            return Optional.of(deadLetter.record());
        }
        LookupResult source = sourceRecords.at(
                deadLetter.sourceTopic().orElse(""), deadLetter.sourcePartition(), deadLetter.sourceOffset());
        if (source instanceof LookupResult.Found found) {
            ConsumerRecord<byte[], byte[]> record = found.record();
            return reduction.get().isOf(record.key(), record.value())
                    ? Optional.of(record)
                    : refuse(deadLetter, "another record has this offset now");
        }
        return refuse(deadLetter, ((LookupResult.Missing) source).reason());
    }

    private Optional<ConsumerRecord<byte[], byte[]>> refuse(DeadLetter deadLetter, String reason) {
        refusals.add(
                deadLetter,
                "it is reduced, and its source record in %s cannot be fetched: %s"
                        .formatted(deadLetter.sourcePosition(), reason));
        return Optional.empty();
    }
}
