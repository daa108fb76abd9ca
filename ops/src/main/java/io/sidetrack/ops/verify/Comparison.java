package io.sidetrack.ops.verify;

import io.sidetrack.mapping.model.ItemKey;
import io.sidetrack.ops.OpsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.function.LongConsumer;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Compares the keys of temporary files with the table, one file after the other. The keys of a file are folded in memory; a file
 * with too many of them is distributed over smaller ones first. Not thread-safe.
 */
final class Comparison {
    private final Judge judge;
    private final TableKeys keys;
    private final ObservedItems observed;
    private final KeyReads reads;
    private final int readAhead;
    private final Function<Entry, String> position;
    private final Tally tally;
    private final Path folder;
    private final long maxBytes;
    private final StopRequest stop;

    /** A key that is being read. */
    private record Batch(Map<ItemKey, Expectation> expected, Future<List<Map<String, AttributeValue>>> items) {}

    /**
     * A comparison that has not compared anything.
     *
     * @param readAhead how many batches of keys to read at a time
     * @param position the position of a record, for findings
     * @param folder where temporary files are created
     * @param maxBytes the heap that the keys of a file may occupy, in bytes
     */
    Comparison(
            Judge judge,
            TableKeys keys,
            ObservedItems observed,
            KeyReads reads,
            int readAhead,
            Function<Entry, String> position,
            Tally tally,
            Path folder,
            long maxBytes,
            StopRequest stop) {
        this.judge = judge;
        this.keys = keys;
        this.observed = observed;
        this.reads = reads;
        this.readAhead = readAhead;
        this.position = position;
        this.tally = tally;
        this.folder = folder;
        this.maxBytes = maxBytes;
        this.stop = stop;
    }

    /**
     * Compares the keys of some files, and deletes the files.
     *
     * @param progress receives the number of bytes of the files that are done
     */
    void compare(List<Path> files, LongConsumer progress) throws IOException {
        long done = 0;
        for (Path file : files) {
            done += Files.size(file);
            compare(file, 0);
            progress.accept(done);
        }
    }

    private void compare(Path file, int level) throws IOException {
        Optional<Map<ItemKey, Expectation>> expected = fold(file, level + 1 < Buckets.LEVELS);
        if (expected.isPresent()) {
            Files.delete(file);
            compare(expected.get());
            return;
        }
        Buckets smaller = new Buckets(folder, level + 1);
        try (smaller) {
            EntryFile.each(file, smaller::add);
        }
        Files.delete(file);
        for (Path part : smaller.files()) {
            compare(part, level + 1);
        }
    }

    /** The expectations of a file; empty if they exceed the memory, and can be divided. */
    private Optional<Map<ItemKey, Expectation>> fold(Path file, boolean divisible) throws IOException {
        Map<ItemKey, Expectation> expected = new HashMap<>();
        long[] bytes = {0};
        try {
            EntryFile.each(file, entry -> {
                stop.check();
                Expectation expectation = expected.get(entry.key());
                if (expectation == null) {
                    expectation = new Expectation(judge.mode());
                    expected.put(entry.key(), expectation);
                    bytes[0] += entry.heldBytes();
                }
                bytes[0] += expectation.add(entry);
                if (divisible && bytes[0] > maxBytes) {
                    throw new TooLargeException();
                }
            });
        } catch (TooLargeException e) {
            return Optional.empty();
        }
        return Optional.of(expected);
    }

    private static final class TooLargeException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        TooLargeException() {
            super("too many keys", null, false, false);
        }
    }

    private void compare(Map<ItemKey, Expectation> expected) {
        Deque<Batch> reading = new ArrayDeque<>();
        Map<ItemKey, Expectation> next = new HashMap<>();
        for (Map.Entry<ItemKey, Expectation> one : expected.entrySet()) {
            if (one.getValue().isExtra()) {
                add(Outcome.EXTRA, Finding.of(keys.text(one.getKey()), Optional.empty()));
            } else if (one.getValue().isSelected()) {
                next.put(one.getKey(), one.getValue());
            }
            if (next.size() == BatchReads.MAX_KEYS) {
                reading.add(read(next));
                next = new HashMap<>();
                if (reading.size() > readAhead) {
                    judge(reading.remove());
                }
            }
        }
        if (!next.isEmpty()) {
            reading.add(read(next));
        }
        reading.forEach(this::judge);
    }

    private Batch read(Map<ItemKey, Expectation> batch) {
        stop.check();
        return new Batch(batch, reads.read(new ArrayList<>(batch.keySet())));
    }

    private void judge(Batch batch) {
        Map<ItemKey, Observed> found = new HashMap<>();
        await(batch.items()).forEach(item -> found.put(keys.of(item), observed.of(item)));
        batch.expected().forEach((key, expectation) -> judge(key, expectation, Optional.ofNullable(found.get(key))));
    }

    private void judge(ItemKey key, Expectation expectation, Optional<Observed> item) {
        Optional<Outcome> outcome = judge.outcome(expectation, item);
        tally.addKey(expectation.isUnordered(), outcome.isEmpty());
        outcome.ifPresent(result -> {
            tally.add(result);
            if (tally.wants(result)) {
                tally.keep(result, finding(key, expectation, item, result));
            }
        });
    }

    private Finding finding(ItemKey key, Expectation expectation, Optional<Observed> item, Outcome outcome) {
        Optional<Entry> record = expectation.any();
        Optional<String> at = record.map(position);
        if (outcome != Outcome.DIFFERENT || record.isEmpty() || item.isEmpty()) {
            return Finding.of(keys.text(key), at);
        }
        Content expected = record.get().content();
        Content content = item.get().content();
        return new Finding(
                Optional.of(keys.text(key)),
                at,
                Optional.empty(),
                content.differingFrom(expected),
                content.fewerThan(expected));
    }

    private void add(Outcome outcome, Finding finding) {
        tally.add(outcome);
        tally.keep(outcome, finding);
    }

    /** Every read ends: see {@link PatientCalls}. */
    private static <T> T await(Future<T> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof OpsException problem) {
                throw new OpsException(problem.getMessage(), problem);
            }
            if (e.getCause() instanceof StopRequest.StoppedException) {
                throw new StopRequest.StoppedException();
            }
            throw new IllegalStateException("an item cannot be read", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StopRequest.StoppedException();
        }
    }
}
