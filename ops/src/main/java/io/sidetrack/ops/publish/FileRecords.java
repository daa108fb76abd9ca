package io.sidetrack.ops.publish;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import java.util.function.LongConsumer;

/** Reads files in the form that {@code publish} sends, without sending them. */
public final class FileRecords {
    private final LineFormat format;
    private final int maxLineBytes;

    /** Receives the records of files. */
    public interface Visitor {
        /**
         * A record.
         *
         * @param position where its line is, see {@link InputFiles#describe}
         */
        void record(long position, FileRecord record) throws IOException;

        /**
         * A line that {@code publish} cannot send.
         *
         * @param position see {@link InputFiles#describe}
         * @param problem the end of a sentence that begins with "the line"; contains no value
         */
        void badLine(long position, String problem) throws IOException;
    }

    /** @param maxLineBytes the longest line to hold in memory */
    FileRecords(LineFormat format, int maxLineBytes) {
        this.format = format;
        this.maxLineBytes = maxLineBytes;
    }

    /**
     * Passes all records to a visitor.
     *
     * @param progress receives the number of bytes of the files that have been read, after each line
     */
    public void each(InputFiles files, Visitor to, LongConsumer progress) throws IOException {
        each(files, InputFiles.position(0, 1), to, progress);
    }

    /**
     * Passes the records from a line on to a visitor.
     *
     * @param from the position of the line
     * @param progress receives the number of bytes of the files that have been read, after each line
     */
    void each(InputFiles files, long from, Visitor to, LongConsumer progress) throws IOException {
        try (Input input = Input.open(files, from, maxLineBytes)) {
            for (Optional<Line> line = next(files, input); line.isPresent(); line = next(files, input)) {
                if (input.position() >= from) {
                    one(line.get(), input.position(), to);
                }
                progress.accept(input.bytesRead());
            }
        }
    }

    private static Optional<Line> next(InputFiles files, Input input) throws IOException {
        try {
            return input.next(OutputStream.nullOutputStream());
        } catch (IOException e) {
            throw new IOException(files.describe(input.position()) + ": " + e.getMessage(), e);
        }
    }

    private void one(Line line, long position, Visitor to) throws IOException {
        if (line instanceof Line.TooLong tooLong) {
            to.badLine(position, "has %d bytes, more than publish sends".formatted(tooLong.length()));
            return;
        }
        byte[] bytes = ((Line.Whole) line).bytes();
        if (LineFormat.isBlank(bytes)) {
            return;
        }
        try {
            to.record(position, format.read(bytes));
        } catch (BadLineException e) {
            to.badLine(position, e.getMessage());
        }
    }
}
