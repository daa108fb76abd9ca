package io.sidetrack.ops.publish;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/** The lines of a file, as bytes: without line ends, and without a byte order mark at the start. */
final class Lines implements AutoCloseable {
    private static final int BOM_LENGTH = 3;

    private final InputStream in;
    private final Counting raw;
    private final long totalBytes;
    private long number;

    private Lines(Counting raw, InputStream in, long totalBytes) {
        this.raw = raw;
        this.in = in;
        this.totalBytes = totalBytes;
    }

    /** Opens a file, a file that gzip has packed (by its name), or standard input (by {@code -}). */
    static Lines open(Path file) throws IOException {
        boolean stdin = file.toString().equals("-");
        Counting raw = new Counting(stdin ? System.in : Files.newInputStream(file));
        InputStream plain = file.toString().endsWith(".gz") ? new GZIPInputStream(raw, 1 << 16) : raw;
        return new Lines(raw, new BufferedInputStream(plain, 1 << 16), stdin ? 0 : Files.size(file));
    }

    /** The next line, which may be empty; nothing at the end of the file. */
    Optional<byte[]> next() throws IOException {
        int c = in.read();
        if (c == -1) {
            return Optional.empty();
        }
        ByteArrayOutputStream line = new ByteArrayOutputStream(256);
        for (; c != -1 && c != '\n'; c = in.read()) {
            line.write(c);
        }
        number++;
        return Optional.of(trimmed(line.toByteArray()));
    }

    private byte[] trimmed(byte[] line) {
        int start = number == 1 && hasByteOrderMark(line) ? BOM_LENGTH : 0;
        int end = line.length > start && line[line.length - 1] == '\r' ? line.length - 1 : line.length;
        return start == 0 && end == line.length ? line : Arrays.copyOfRange(line, start, end);
    }

    private static boolean hasByteOrderMark(byte[] line) {
        return line.length >= BOM_LENGTH && line[0] == (byte) 0xEF && line[1] == (byte) 0xBB && line[2] == (byte) 0xBF;
    }

    /** The number of the line that {@link #next} has returned last, from 1. */
    long number() {
        return number;
    }

    /** Bytes of the file that have been read. */
    long bytesRead() {
        return raw.count;
    }

    /** Bytes that the file has; 0 if that is not known. */
    long totalBytes() {
        return totalBytes;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    /** Counts what is read from the file itself, packed or not, because that is what its size is given in. */
    private static final class Counting extends FilterInputStream {
        private long count;

        Counting(InputStream in) {
            super(in);
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
