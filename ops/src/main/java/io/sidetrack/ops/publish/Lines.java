package io.sidetrack.ops.publish;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PushbackInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * The lines of a file as bytes, without line ends and without a byte order mark at the start. A line up to a limit is held in
 * memory; a longer one is only copied to a stream.
 */
final class Lines implements AutoCloseable {
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};
    private static final byte[] GZIP = {0x1F, (byte) 0x8B};
    private static final int BUFFER_BYTES = 1 << 16;

    private final Counting raw;
    private final boolean isNamedGzip;
    /** What is read: decompressed, if the file is compressed. */
    private InputStream in;

    private final long totalBytes;
    private final int maxLineBytes;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private boolean begun;
    private int position;
    private int end;
    private ByteArrayOutputStream held = new ByteArrayOutputStream(256);
    private long number;

    private Lines(Counting raw, boolean isNamedGzip, long totalBytes, int maxLineBytes) {
        this.raw = raw;
        this.isNamedGzip = isNamedGzip;
        this.in = raw;
        this.totalBytes = totalBytes;
        this.maxLineBytes = maxLineBytes;
    }

    /**
     * Opens a file or standard input ({@code -}), which is decompressed if it starts like a gzip file. Nothing is read yet.
     *
     * @param maxLineBytes the longest line to hold in memory
     */
    static Lines open(Path file, int maxLineBytes) throws IOException {
        boolean stdin = file.toString().equals("-");
        Counting raw = new Counting(stdin ? System.in : Files.newInputStream(file));
        return new Lines(raw, file.toString().endsWith(".gz"), stdin ? 0 : Files.size(file), maxLineBytes);
    }

    /** Reads lines from a stream of unknown length. */
    static Lines of(InputStream in, int maxLineBytes) {
        Counting raw = new Counting(in);
        return new Lines(raw, false, 0, maxLineBytes);
    }

    /**
     * The next line, which may be an empty line; an empty result at the end of the file.
     *
     * @param tooLong receives the bytes of a line that is too long to be held
     * @throws IOException if the line cannot be read; {@link #number} then returns its number
     */
    Optional<Line> next(OutputStream tooLong) throws IOException {
        number++;
        if (position == end && !fill()) {
            number--;
            return Optional.empty();
        }
        held.reset();
        long length = 0;
        boolean ended = false;
        while (!ended) {
            int start = position;
            while (position < end && buffer[position] != '\n') {
                position++;
            }
            int read = position - start;
            if (length + read > maxLineBytes && length <= maxLineBytes) {
                held.writeTo(tooLong);
                // Releases the memory of a long line.
                held = new ByteArrayOutputStream(256);
            }
            length += read;
            (length > maxLineBytes ? tooLong : held).write(buffer, start, read);
            ended = position < end || !fill();
        }
        // Skips the line end, which the last line may not have.
        position = Math.min(end, position + 1);
        return Optional.of(
                length > maxLineBytes ? new Line.TooLong(length) : new Line.Whole(trimmed(held.toByteArray())));
    }

    private boolean fill() throws IOException {
        if (!begun) {
            begun = true;
            in = decompressed();
            end = in.readNBytes(buffer, 0, BYTE_ORDER_MARK.length);
            if (end > 0 && !Arrays.equals(buffer, 0, end, BYTE_ORDER_MARK, 0, BYTE_ORDER_MARK.length)) {
                return true;
            }
        }
        int read = in.read(buffer, 0, buffer.length);
        position = 0;
        end = Math.max(0, read);
        return read > 0;
    }

    /**
     * No text starts with the bytes of a gzip file. An empty file is no gzip file, whatever its name: an export contains one for
     * each empty partition of the table.
     */
    private InputStream decompressed() throws IOException {
        PushbackInputStream start = new PushbackInputStream(raw, GZIP.length);
        byte[] first = start.readNBytes(GZIP.length);
        start.unread(first);
        boolean isGzip = Arrays.equals(first, GZIP) || (isNamedGzip && first.length > 0);
        try {
            return isGzip ? new WholeGzip(start, () -> raw.count) : start;
        } catch (EOFException e) {
            throw new IOException("the file ends within the header of its compressed data", e);
        }
    }

    private static byte[] trimmed(byte[] line) {
        return line.length > 0 && line[line.length - 1] == '\r' ? Arrays.copyOf(line, line.length - 1) : line;
    }

    /** The number of the last line that {@link #next} has read, from 1. */
    long number() {
        return number;
    }

    /** The number of bytes read from the file. */
    long bytesRead() {
        return raw.count;
    }

    /** The size of the file in bytes; 0 if it is unknown. */
    long totalBytes() {
        return totalBytes;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    /** Counts the bytes that are read from the file, before decompression, to compare them with its size. */
    private static final class Counting extends FilterInputStream {
        private long count;

        Counting(InputStream in) {
            super(in);
        }

        /**
         * Otherwise, decompression would end with the first of several compressed parts if a pipe has no more bytes at that
         * moment.
         */
        @Override
        public int available() {
            return 1;
        }

        @Override
        public int read() throws IOException {
            int c = super.read();
            count += c == -1 ? 0 : 1;
            return c;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int read = super.read(bytes, offset, length);
            count += Math.max(0, read);
            return read;
        }
    }
}
