package io.sidetrack.ops.verify;

import io.sidetrack.common.record.DynamoDbJson;
import io.sidetrack.mapping.model.RecordHeader;
import io.sidetrack.mapping.model.Rejection;
import io.sidetrack.mapping.model.SourceRecord;
import io.sidetrack.ops.publish.FileRecord;
import io.sidetrack.ops.publish.FileRecords;
import io.sidetrack.ops.publish.InputFiles;
import io.sidetrack.ops.verify.RecordEntries.Known;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * Turns the lines of files into entries, as if {@code publish} had sent them and the writer had written all of them. The offsets
 * on the lane are not known, and neither are the timestamps, unless a field of the line contains them. Not thread-safe.
 */
final class FileEntries {
    private static final List<RecordHeader> ITEM = List.of(new RecordHeader(DynamoDbJson.HEADER, DynamoDbJson.value()));

    private final InputFiles files;
    private final FileRecords records;
    private final RecordEntries entries;
    private final boolean versionIsTimestamp;
    private final Tally tally;
    private long count;

    /**
     * The entries of files.
     *
     * @param versionIsTimestamp false if a field of the value contains the version
     */
    FileEntries(InputFiles files, FileRecords records, RecordEntries entries, boolean versionIsTimestamp, Tally tally) {
        this.files = files;
        this.records = records;
        this.entries = entries;
        this.versionIsTimestamp = versionIsTimestamp;
        this.tally = tally;
    }

    /** Passes the entry of each line to a consumer. */
    void each(Consumer<Entry> to, LongConsumer progress) throws IOException {
        records.each(
                files,
                new FileRecords.Visitor() {
                    @Override
                    public void record(long position, FileRecord record) {
                        count++;
                        map(position, record, to);
                    }

                    @Override
                    public void badLine(long position, String problem) {
                        count++;
                        rejected(position, "the line " + problem);
                    }
                },
                progress);
    }

    private void map(long position, FileRecord record, Consumer<Entry> to) {
        SourceRecord source = new SourceRecord(
                "file",
                0,
                position,
                record.timestampMs().orElse(0L),
                record.key(),
                record.value(),
                record.isItem() ? ITEM : List.of());
        // Lines with the same key are in the same partition of the lane, and so in order.
        int stream = Arrays.hashCode(record.key());
        Known known = new Known(!versionIsTimestamp || record.timestampMs().isPresent(), false);
        entries.map(source, stream, Entry.Phase.SELECTED, known, new RecordEntries.Cases() {
            @Override
            public void entry(Entry entry) {
                to.accept(entry);
            }

            @Override
            public void rejected(Rejection rejection) {
                FileEntries.this.rejected(position, rejection.reason().code() + ", " + rejection.message());
            }
        });
    }

    private void rejected(long position, String reason) {
        tally.add(Outcome.REJECTED);
        tally.keep(Outcome.REJECTED, Finding.rejected(files.describe(position), reason));
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
