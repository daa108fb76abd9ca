package io.sidetrack.ops.publish;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;

/** The lines of several files, one file after the other. At most one file is open. Not thread-safe. */
final class Input implements AutoCloseable {
    private final InputFiles files;
    private final int maxLineBytes;
    private final long totalBytes;
    /** The size of the files before the current one. */
    private long bytesBefore;

    private int file;
    private Lines lines;

    private Input(InputFiles files, int file, Lines lines, int maxLineBytes) throws IOException {
        this.files = files;
        this.maxLineBytes = maxLineBytes;
        this.totalBytes = files.bytes();
        this.file = file;
        this.bytesBefore = files.bytes(file);
        this.lines = lines;
    }

    /**
     * Opens the file of a line; the files before it are not read.
     *
     * @param maxLineBytes the longest line to hold in memory
     */
    static Input open(InputFiles files, long position, int maxLineBytes) throws IOException {
        int first = InputFiles.file(position);
        return new Input(files, first, Lines.open(files.files().get(first), maxLineBytes), maxLineBytes);
    }

    /** Reads these lines instead of standard input. */
    static Input of(Lines lines) throws IOException {
        return new Input(InputFiles.of(List.of(InputFiles.STANDARD_INPUT)), 0, lines, 0);
    }

    /**
     * The next line, which may be an empty line; an empty result at the end of the last file.
     *
     * @param tooLong receives the bytes of a line that is too long to be held
     * @throws IOException if the line cannot be read; {@link #position} then returns its position
     */
    Optional<Line> next(OutputStream tooLong) throws IOException {
        Optional<Line> line = lines.next(tooLong);
        while (line.isEmpty() && file + 1 < files.files().size()) {
            bytesBefore += lines.totalBytes();
            lines.close();
            file++;
            // If the next file cannot be opened, the position is before its first line.
            lines = Lines.of(InputStream.nullInputStream(), maxLineBytes);
            lines = Lines.open(files.files().get(file), maxLineBytes);
            line = lines.next(tooLong);
        }
        return line;
    }

    /** The position of the last line that {@link #next} has read. */
    long position() {
        return InputFiles.position(file, lines.number());
    }

    /** The number of bytes that are read, or skipped, of all files. */
    long bytesRead() {
        return bytesBefore + lines.bytesRead();
    }

    /** The size of all files in bytes; 0 if it is unknown. */
    long totalBytes() {
        return totalBytes;
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
