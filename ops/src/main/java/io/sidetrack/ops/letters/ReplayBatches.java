package io.sidetrack.ops.letters;

import io.sidetrack.common.record.Reduction;
import io.sidetrack.ops.cluster.Lookup;
import io.sidetrack.ops.cluster.RecordLookup;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Makes batches of dead letters to be replayed, each for one transaction. Of a reduced letter it fetches the record that the
 * letter came from, and refuses the letter if that record is gone or is another one by now.
 */
final class ReplayBatches {
    private static final int MOST_LETTERS = 500;
    /** Fetched records are held in memory until their transaction is committed. */
    private static final long MOST_BYTES = 32L * 1024 * 1024;

    private final Iterator<Letter> letters;
    private final RecordLookup lookup;
    private final Function<Letter, String> target;
    private final Consumer<String> refusals;
    private int refused;

    /**
     * @param target where to send a letter
     * @param refusals receives one line for each letter that cannot be replayed
     */
    ReplayBatches(
            Iterator<Letter> letters, RecordLookup lookup, Function<Letter, String> target, Consumer<String> refusals) {
        this.letters = letters;
        this.lookup = lookup;
        this.target = target;
        this.refusals = refusals;
    }

    /** The next batch; empty after the last one. */
    List<Outgoing> next() {
        List<Outgoing> batch = new ArrayList<>();
        long bytes = 0;
        while (letters.hasNext() && batch.size() < MOST_LETTERS && bytes < MOST_BYTES) {
            Letter letter = letters.next();
            Optional<ConsumerRecord<byte[], byte[]>> content = content(letter);
            if (content.isPresent()) {
                Outgoing outgoing = new Outgoing(letter, content.get(), target.apply(letter));
                batch.add(outgoing);
                bytes += outgoing.bytes();
            }
        }
        return batch;
    }

    /** How many letters have been refused. */
    int refused() {
        return refused;
    }

    private Optional<ConsumerRecord<byte[], byte[]>> content(Letter letter) {
        Optional<Reduction> reduction = letter.reduction();
        if (reduction.isEmpty()) {
            return Optional.of(letter.record());
        }
        Lookup origin = lookup.at(letter.origin().orElse(""), letter.originPartition(), letter.originOffset());
        if (origin instanceof Lookup.Found found) {
            ConsumerRecord<byte[], byte[]> record = found.record();
            return reduction.get().isOf(record.key(), record.value())
                    ? Optional.of(record)
                    : refuse(letter, "another record has this offset now");
        }
        return refuse(letter, ((Lookup.Missing) origin).reason());
    }

    private Optional<ConsumerRecord<byte[], byte[]>> refuse(Letter letter, String reason) {
        refused++;
        refusals.accept("dead letter %s is not replayed: it is reduced, and its record in %s cannot be fetched: %s"
                .formatted(letter.place(), letter.originPlace(), reason));
        return Optional.empty();
    }
}
