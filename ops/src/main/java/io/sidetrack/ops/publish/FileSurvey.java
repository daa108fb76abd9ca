package io.sidetrack.ops.publish;

import io.sidetrack.ops.JsonObject;
import io.sidetrack.ops.cost.Cost;
import io.sidetrack.ops.cost.CostOptions;
import io.sidetrack.ops.cost.ItemBytes;
import io.sidetrack.ops.cost.WriteModel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Reads files without sending them: how many records they have, and what writing them to the table costs. Not thread-safe. */
final class FileSurvey implements FileRecords.Visitor {
    private static final int BAD_LINES_TO_NAME = 10;

    private final InputFiles files;
    private final WriteModel model;
    private final ItemBytes size = new ItemBytes();
    private final List<String> firstBad = new ArrayList<>();
    private WriteModel.Units units = new WriteModel.Units(0, 0);
    private long records;
    private long deletes;
    private long bad;
    private long sourceBytes;
    private long itemBytes;

    private FileSurvey(InputFiles files, WriteModel model) {
        this.files = files;
        this.model = model;
    }

    /**
     * Reads files.
     *
     * @param from the position of the first line to count
     */
    static FileSurvey read(FileRecords records, InputFiles files, long from, WriteModel model) throws IOException {
        FileSurvey survey = new FileSurvey(files, model);
        records.each(files, from, survey, bytes -> {});
        return survey;
    }

    @Override
    public void record(long position, FileRecord record) throws IOException {
        // The size of the key is about that of the record's key.
        long bytes = record.isTombstone() ? record.key().length : size.of(record.value(), record.isItem());
        records++;
        deletes += record.isTombstone() ? 1 : 0;
        sourceBytes += record.isTombstone() ? 0 : record.value().length;
        itemBytes += bytes;
        units = units.plus(record.isTombstone() ? model.ofDelete(bytes) : model.of(bytes));
    }

    @Override
    public void badLine(long position, String problem) {
        bad++;
        if (firstBad.size() < BAD_LINES_TO_NAME) {
            firstBad.add(files.describe(position) + " " + problem);
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

    /** What the files contain, for programs. */
    JsonObject json() {
        return new JsonObject()
                .put("files", files.files().size())
                .put("records", records)
                .put("deletes", deletes)
                .put("bytes", sourceBytes)
                .put("itemBytes", itemBytes)
                .put("badLines", bad)
                .put("firstBadLines", firstBad);
    }

    /** What the files contain, for people. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        files.found().ifPresent(lines::add);
        lines.add(String.format(
                Locale.ROOT,
                "%,d records, %,d bytes; items of %,d bytes on average",
                records,
                sourceBytes,
                records == 0 ? 0 : itemBytes / records));
        if (deletes > 0) {
            lines.add(String.format(Locale.ROOT, "%,d of them delete an item", deletes));
        }
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
