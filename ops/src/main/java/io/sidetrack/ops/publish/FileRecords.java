package io.sidetrack.ops.publish;

import com.fasterxml.jackson.core.JsonPointer;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.LongConsumer;

/** Reads a file in the form that {@code publish} sends, without sending it. */
public final class FileRecords {
    private final LineParser parser;
    private final int maxLineBytes;

    /** Receives the records of a file. */
    public interface Visitor {
        /**
         * A record.
         *
         * @param line its number, from 1
         * @param timestampMs in ms since 1970; empty for the time of sending
         */
        void record(long line, byte[] key, Optional<Long> timestampMs, byte[] value) throws IOException;

        /**
         * A line that {@code publish} cannot send.
         *
         * @param problem the end of a sentence that begins with "the line"; contains no value
         */
        void badLine(long line, String problem) throws IOException;
    }

    /**
     * Reads records with these fields.
     *
     * @param key where the record's key is in each line
     * @param timestamp where the record's timestamp is in each line; empty for the time of sending
     * @param maxLineBytes the longest line to hold in memory
     */
    public FileRecords(JsonPointer key, Optional<JsonPointer> timestamp, int maxLineBytes) {
        this.parser = new LineParser(key, timestamp);
        this.maxLineBytes = maxLineBytes;
    }

    /**
     * Passes all records to a visitor.
     *
     * @param file decompressed if its name ends in {@code .gz}; {@code -} for standard input
     * @param progress receives the number of bytes of the file that have been read, after each line
     */
    public void each(Path file, Visitor to, LongConsumer progress) throws IOException {
        try (Lines lines = Lines.open(file, maxLineBytes)) {
            for (Optional<Line> line = next(lines); line.isPresent(); line = next(lines)) {
                one(line.get(), lines.number(), to);
                progress.accept(lines.bytesRead());
            }
        }
    }

    private static Optional<Line> next(Lines lines) throws IOException {
        return lines.next(OutputStream.nullOutputStream());
    }

    private void one(Line line, long number, Visitor to) throws IOException {
        if (line instanceof Line.TooLong tooLong) {
            to.badLine(number, "has %d bytes, more than publish sends".formatted(tooLong.length()));
            return;
        }
        byte[] bytes = ((Line.Whole) line).bytes();
        if (Publisher.isBlank(bytes)) {
            return;
        }
        try {
            LineParser.Found found = parser.read(bytes);
            to.record(number, found.key(), found.timestampMs(), bytes);
        } catch (LineParser.BadLineException e) {
            to.badLine(number, e.getMessage());
        }
    }
}
