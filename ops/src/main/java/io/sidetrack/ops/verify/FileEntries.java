package io.sidetrack.ops.verify;

import com.fasterxml.jackson.core.JsonPointer;
import io.sidetrack.mapping.model.Rejection;
import io.sidetrack.mapping.model.SourceRecord;
import io.sidetrack.ops.publish.FileRecords;
import io.sidetrack.ops.verify.RecordEntries.Known;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * Turns the lines of a file into entries, as if {@code publish} had sent them and the writer had written all of them. The offsets
 * on the lane are not known, and neither are the timestamps, unless a field of the line contains them. Not thread-safe.
 */
final class FileEntries {
    /** As for {@code publish}, whose limit also depends on the topic. */
    private static final int MAX_LINE_BYTES = 32 * 1024 * 1024;

    private final Path file;
    private final FileRecords records;
    private final RecordEntries entries;
    private final boolean versionIsTimestamp;
    private final Tally tally;
    private long count;

    /**
     * The entries of a file.
     *
     * @param versionIsTimestamp false if a field of the value contains the version
     */
    FileEntries(
            Path file,
            JsonPointer key,
            Optional<JsonPointer> timestamp,
            RecordEntries entries,
            boolean versionIsTimestamp,
            Tally tally) {
        this.file = file;
        this.records = new FileRecords(key, timestamp, MAX_LINE_BYTES);
        this.entries = entries;
        this.versionIsTimestamp = versionIsTimestamp;
        this.tally = tally;
    }

    /** Passes the entry of each line to a consumer. */
    void each(Consumer<Entry> to, LongConsumer progress) throws IOException {
        records.each(
                file,
                new FileRecords.Visitor() {
                    @Override
                    public void record(long line, byte[] key, Optional<Long> timestampMs, byte[] value) {
                        count++;
                        map(line, key, timestampMs, value, to);
                    }

                    @Override
                    public void badLine(long line, String problem) {
                        count++;
                        rejected(line, "the line " + problem);
                    }
                },
                progress);
    }

    private void map(long line, byte[] key, Optional<Long> timestampMs, byte[] value, Consumer<Entry> to) {
        SourceRecord source = new SourceRecord(file.toString(), 0, line, timestampMs.orElse(0L), key, value, List.of());
        // Lines with the same key are in the same partition of the lane, and so in order.
        int stream = Arrays.hashCode(key);
        Known known = new Known(!versionIsTimestamp || timestampMs.isPresent(), false);
        entries.map(source, stream, Entry.Phase.SELECTED, known, new RecordEntries.Cases() {
            @Override
            public void entry(Entry entry) {
                to.accept(entry);
            }

            @Override
            public void rejected(Rejection rejection) {
                FileEntries.this.rejected(line, rejection.reason().code() + ", " + rejection.message());
            }
        });
    }

    private void rejected(long line, String reason) {
        tally.add(Outcome.REJECTED);
        tally.keep(Outcome.REJECTED, Finding.rejected(position(line), reason));
    }

    /** The position of a line, for findings. */
    static String position(long line) {
        return "line " + line;
    }

    /** The number of lines that are not empty. */
    long count() {
        return count;
    }

    /** Wraps what a file cannot do, for a consumer that may throw no exception. */
    static Consumer<Entry> unchecked(EntryFile.Visitor to) {
        return entry -> {
            try {
                to.accept(entry);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
    }
}
