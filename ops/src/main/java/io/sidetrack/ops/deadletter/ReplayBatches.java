package io.sidetrack.ops.deadletter;

import io.sidetrack.common.record.Reduction;
import io.sidetrack.ops.cluster.LookupResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Makes batches of dead letters to be replayed, each for one transaction. Of a reduced letter it fetches the record that the
 * letter came from, and refuses the letter if that record is gone or is another one by now. Not thread-safe.
 */
final class ReplayBatches {
    private static final int MOST_LETTERS = 500;
    /** Records are held in memory until their transaction is committed. */
    private static final long MOST_BYTES = 32L * 1024 * 1024;

    private final Origins origins;
    private final RefusedDeadLetters refusals;
    private final Consumer<List<ReplayRecord>> batches;
    private List<ReplayRecord> batch = new ArrayList<>();
    private long bytes;

    /** Reads the records that letters came from. */
    @FunctionalInterface
    interface Origins {
        /** As {@link io.sidetrack.ops.cluster.RecordLookup#at}. */
        LookupResult at(String topic, int partition, long offset);
    }

    /** @param batches receives each batch when it is full, and the last one when {@link #end} is called */
    ReplayBatches(Origins origins, RefusedDeadLetters refusals, Consumer<List<ReplayRecord>> batches) {
        this.origins = origins;
        this.refusals = refusals;
        this.batches = batches;
    }

    /** Adds a letter, behind those before it. */
    void add(DeadLetter letter, String target) {
        Optional<ConsumerRecord<byte[], byte[]>> content = content(letter);
        if (content.isPresent()) {
            ReplayRecord outgoing = new ReplayRecord(letter, content.get(), target);
            batch.add(outgoing);
            bytes += outgoing.bytes();
            if (batch.size() >= MOST_LETTERS || bytes >= MOST_BYTES) {
                end();
            }
        }
    }

    /** No letter follows. */
    void end() {
        if (!batch.isEmpty()) {
            List<ReplayRecord> full = batch;
            batch = new ArrayList<>();
            bytes = 0;
            batches.accept(full);
        }
    }

    private Optional<ConsumerRecord<byte[], byte[]>> content(DeadLetter letter) {
        Optional<Reduction> reduction = letter.reduction();
        if (reduction.isEmpty()) {
            return Optional.of(letter.record());
        }
        LookupResult origin = origins.at(letter.origin().orElse(""), letter.originPartition(), letter.originOffset());
        if (origin instanceof LookupResult.Found found) {
            ConsumerRecord<byte[], byte[]> record = found.record();
            return reduction.get().isOf(record.key(), record.value())
                    ? Optional.of(record)
                    : refuse(letter, "another record has this offset now");
        }
        return refuse(letter, ((LookupResult.Missing) origin).reason());
    }

    private Optional<ConsumerRecord<byte[], byte[]>> refuse(DeadLetter letter, String reason) {
        refusals.add(
                letter,
                "it is reduced, and its record in %s cannot be fetched: %s".formatted(letter.originPlace(), reason));
        return Optional.empty();
    }
}
