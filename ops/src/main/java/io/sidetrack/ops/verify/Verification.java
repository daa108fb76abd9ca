package io.sidetrack.ops.verify;

import io.sidetrack.common.settings.KafkaProperties;
import io.sidetrack.common.thread.Daemons;
import io.sidetrack.mapping.item.VersionStamp;
import io.sidetrack.mapping.model.SourceRecord;
import io.sidetrack.mapping.settings.GuardSettings;
import io.sidetrack.ops.ProgressLine;
import io.sidetrack.ops.ReadingProgress;
import io.sidetrack.ops.cluster.Cluster;
import io.sidetrack.ops.cluster.OffsetRange;
import io.sidetrack.ops.publish.FileRecords;
import io.sidetrack.ops.publish.InputFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Function;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;

/**
 * One verification, in three steps: a scan of the table, if wanted; reading the records into temporary files; and comparing the
 * keys of these files with the table. The scan comes first, because the records of the items that it finds are on the lane then.
 * Not thread-safe.
 */
final class Verification implements AutoCloseable {
    /** Concurrent reads: as many as the connections that the JDK's client keeps open. */
    private static final int READERS = 5;
    /** A temporary file's keys may occupy this share of the heap. */
    private static final int HEAP_SHARE = 8;

    private static final long MAX_KEY_BYTES = 256L << 20;

    private final TableOptions options;
    private final WriterOptions writer;
    private final GuardSettings guard;
    private final TableAccess table;
    private final TableDescription description;
    private final TableKeys keys;
    private final RecordEntries entries;
    private final double samplePercent;
    private final Tally tally;
    private final Path folder;
    private final StopRequest stop;
    private final Optional<ProgressLine> line;
    private final ReadBudget budget;
    private final ExecutorService threads;
    private final long startNanos = System.nanoTime();
    private final KeyHash hash = new KeyHash();
    private OptionalLong scanned = OptionalLong.empty();

    private Verification(
            TableOptions options,
            WriterOptions writer,
            TableAccess table,
            double samplePercent,
            Tally tally,
            Path folder,
            StopRequest stop,
            Optional<ProgressLine> line) {
        this.options = options;
        this.writer = writer;
        this.guard = writer.guard();
        this.table = table;
        this.description = table.describe();
        this.keys = TableKeys.of(table.table(), description);
        this.entries = new RecordEntries(
                guard,
                keys.schema(),
                writer.keySource(),
                writer.kafkaKeyFormat(),
                writer.emptyIndexKeys(),
                samplePercent,
                Clock.systemUTC());
        this.samplePercent = samplePercent;
        this.tally = tally;
        this.folder = folder;
        this.stop = stop;
        this.line = line;
        this.budget = options.budget();
        this.threads = Executors.newFixedThreadPool(READERS, Daemons.named("read-table"));
    }

    /**
     * Opens the table.
     *
     * @param folder for temporary files
     * @param line where to show the progress
     */
    static Verification open(
            TableOptions options,
            WriterOptions writer,
            Map<String, String> environment,
            double samplePercent,
            Tally tally,
            Path folder,
            StopRequest stop,
            Optional<ProgressLine> line) {
        TableAccess table = TableAccess.open(options.table(), environment);
        try {
            return new Verification(options, writer, table, samplePercent, tally, folder, stop, line);
        } catch (RuntimeException e) {
            table.close();
            throw e;
        }
    }

    /** Verifies the lines of files. */
    Report files(InputFiles files, FileRecords records) throws IOException {
        FileEntries lines =
                new FileEntries(files, records, entries, guard.versionField().isEmpty(), tally);
        String name = files.files().get(0)
                + (files.files().size() == 1
                        ? ""
                        : " and %,d more".formatted(files.files().size() - 1));
        boolean interrupted = run(
                buckets -> {
                    ReadingProgress progress = progress(files.bytes());
                    lines.each(adding(buckets), bytes -> progress.update("reading bytes of " + name, bytes));
                },
                entry -> files.describe(entry.offset()));
        return report(name, lines.count(), 0, 0, 0, interrupted);
    }

    /** Verifies the records of a lane. */
    Report lane(KafkaProperties client, TopicOptions topics) throws IOException {
        try (Cluster cluster = Cluster.open(client)) {
            // Fails early, and before a scan.
            Lane found = topics.lane(cluster, options.patience());
            LaneReading reading = new LaneReading();
            boolean interrupted = run(
                    buckets -> {
                        if (options.wholeTable()) {
                            scan(buckets);
                        }
                        reading.read(cluster, topics, buckets);
                    },
                    entry -> LaneRecords.position(entry.stream(), entry.offset()));
            return report(
                    found.topic().name(),
                    reading.count(LaneRecords::records),
                    reading.count(LaneRecords::deadLetters),
                    reading.count(LaneRecords::pending),
                    found.deleted(),
                    interrupted);
        }
    }

    /** Adds entries to temporary files. */
    private interface Input {
        void read(Buckets buckets) throws IOException;
    }

    /** @return whether it was interrupted */
    private boolean run(Input input, Function<Entry, String> position) throws IOException {
        try {
            Buckets buckets = new Buckets(folder, 0);
            try (buckets) {
                input.read(buckets);
            }
            compare(buckets.files(), position);
            return false;
        } catch (StopRequest.StoppedException e) {
            return true;
        }
    }

    private void compare(List<Path> files, Function<Entry, String> position) throws IOException {
        BatchReads reads = new BatchReads(
                table, keys, options.isConsistent(), budget, options.patience(), stop, threads, System::nanoTime);
        Judge judge = new Judge(guard.mode(), guard.marker().map(VersionStamp.Marker::ttl), System.currentTimeMillis());
        long maxBytes = Math.min(MAX_KEY_BYTES, Runtime.getRuntime().maxMemory() / HEAP_SHARE);
        Comparison comparison = new Comparison(
                judge, keys, new ObservedItems(guard), reads, 2 * READERS, position, tally, folder, maxBytes, stop);
        long total = 0;
        for (Path file : files) {
            total += Files.size(file);
        }
        ReadingProgress progress = progress(total);
        comparison.compare(files, done -> progress.update("comparing bytes of keys", done));
    }

    private Consumer<Entry> adding(Buckets buckets) {
        return FileEntries.unchecked(entry -> {
            stop.check();
            buckets.add(entry);
        });
    }

    private ReadingProgress progress(long total) {
        return new ReadingProgress(line, System::nanoTime, total);
    }

    private void scan(Buckets buckets) {
        Long items = description.itemCount();
        ReadingProgress progress = progress(items == null ? 0 : items);
        Consumer<Entry> to = adding(buckets);
        new TableScan(table, keys, options.isConsistent(), budget, options.patience(), stop, System::nanoTime)
                .each(
                        key -> {
                            long keyHash = hash.of(key);
                            if (KeyHash.isInSample(keyHash, samplePercent)) {
                                to.accept(Entry.scanned(key, keyHash));
                            }
                        },
                        read -> {
                            scanned = OptionalLong.of(read);
                            progress.update("scanning " + table.table(), read);
                        });
    }

    /** Reads a lane, its dead letters and other lanes. */
    private final class LaneReading {
        private Optional<LaneRecords> records = Optional.empty();

        long count(Function<LaneRecords, Long> what) {
            return records.map(what).orElse(0L);
        }

        void read(Cluster cluster, TopicOptions topics, Buckets buckets) {
            Lane lane = topics.lane(cluster, options.patience());
            // Before anything else is read: what the writer has committed is in the table.
            Map<Integer, Long> committed = topics.committed(lane, table.table());
            LaneRecords lines = new LaneRecords(
                    lane.topic().name(),
                    writer.trustsHeaders(lane.topic()),
                    topics.slice().ends(cluster, lane.topic()),
                    committed,
                    entries,
                    tally);
            records = Optional.of(lines);
            topics.deadLetters(cluster, lane, options.patience())
                    .ifPresent(letters -> letters.read(letters.held(), lines::deadLetter, passed -> stop.check()));
            Consumer<Entry> to = adding(buckets);
            SortedMap<Integer, OffsetRange> ranges = topics.slice().ranges(cluster, lane.topic(), lane.held());
            ReadingProgress progress = progress(Lane.length(ranges));
            lane.read(ranges, record -> lines.record(record, to), passed -> {
                stop.check();
                progress.update("reading " + lane.topic().name(), passed);
            });
            topics.others(cluster, options.patience()).forEach(other -> account(other, to));
        }

        private void account(Lane other, Consumer<Entry> to) {
            ReadingProgress progress = progress(Lane.length(other.held()));
            boolean trusted = writer.trustsHeaders(other.topic());
            other.read(
                    other.held(),
                    record -> {
                        SourceRecord source = LaneRecords.source(record, trusted);
                        entries.account(source, to);
                    },
                    passed -> {
                        stop.check();
                        progress.update("reading " + other.topic().name(), passed);
                    });
        }
    }

    private Report report(
            String source, long records, long deadLetters, long pending, long deleted, boolean interrupted) {
        return new Report(
                source,
                table.table(),
                guard.mode().code(),
                samplePercent,
                records,
                deadLetters,
                pending,
                deleted,
                scanned,
                budget.consumed(),
                (System.nanoTime() - startNanos) / 1e9,
                interrupted,
                tally);
    }

    @Override
    public void close() {
        threads.shutdownNow();
        table.close();
    }
}
