package io.sidetrack.ops.publish;

import io.sidetrack.ops.cost.Cost;
import io.sidetrack.ops.cost.CostOptions;
import io.sidetrack.ops.cost.ItemBytes;
import io.sidetrack.ops.cost.WriteModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Reads a file without sending it: how many records it has, and what writing them to the table costs. Not thread-safe. */
final class FileSurvey implements FileRecords.Visitor {
    private static final int BAD_LINES_TO_NAME = 10;

    private final long fromLine;
    private final WriteModel model;
    private final ItemBytes size = new ItemBytes();
    private final List<String> firstBad = new ArrayList<>();
    private WriteModel.Units units = new WriteModel.Units(0, 0);
    private long records;
    private long bad;
    private long sourceBytes;
    private long itemBytes;

    private FileSurvey(long fromLine, WriteModel model) {
        this.fromLine = fromLine;
        this.model = model;
    }

    /**
     * Reads a file.
     *
     * @param fromLine the first line to count
     */
    static FileSurvey read(FileRecords file, Path path, long fromLine, WriteModel model) throws IOException {
        FileSurvey survey = new FileSurvey(fromLine, model);
        file.each(path, survey, bytes -> {});
        return survey;
    }

    @Override
    public void record(long line, byte[] key, Optional<Long> timestampMs, byte[] value) throws IOException {
        if (line >= fromLine) {
            long bytes = size.of(value);
            records++;
            sourceBytes += value.length;
            itemBytes += bytes;
            units = units.plus(model.of(bytes));
        }
    }

    @Override
    public void badLine(long line, String problem) {
        if (line >= fromLine) {
            bad++;
            if (firstBad.size() < BAD_LINES_TO_NAME) {
                firstBad.add("line " + line + " " + problem);
            }
        }
    }

    /** True if some lines cannot be sent. */
    boolean hasBadLines() {
        return bad > 0;
    }

    /** The write units of all records. */
    WriteModel.Units units() {
        return units;
    }

    /** The price of all records. */
    Cost cost(CostOptions options) {
        return options.cost(units, (double) sourceBytes);
    }

    /** What the file contains, for people. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                Locale.ROOT,
                "%,d records, %,d bytes; items of %,d bytes on average",
                records,
                sourceBytes,
                records == 0 ? 0 : itemBytes / records));
        if (bad > 0) {
            lines.add(String.format(Locale.ROOT, "%,d lines cannot be sent:", bad));
            firstBad.forEach(line -> lines.add("  " + line));
            if (firstBad.size() < bad) {
                lines.add("  ...");
            }
        }
        return lines;
    }
}
