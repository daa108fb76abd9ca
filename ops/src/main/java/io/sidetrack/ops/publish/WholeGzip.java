package io.sidetrack.ops.publish;

import java.io.IOException;
import java.io.InputStream;
import java.util.function.LongSupplier;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Decompresses a file with one or several compressed parts, and requires that the file ends with the last one. The JDK's stream ignores
 * what follows a part and does not begin as one, such as text that was appended, or a second part whose beginning is damaged. Not
 * thread-safe.
 */
final class WholeGzip extends GZIPInputStream {
    private static final int BUFFER_BYTES = 1 << 16;
    /** The checksum and length at the end of a part. */
    private static final int TRAILER_BYTES = 8;

    private final LongSupplier bytesRead;
    /** The number of compressed bytes that had been read when the buffer was filled for the last time. */
    private long filledAt;

    /** @param bytesRead how many bytes of the file have been read */
    WholeGzip(InputStream in, LongSupplier bytesRead) throws IOException {
        super(in, BUFFER_BYTES);
        this.bytesRead = bytesRead;
        // The header of the first part has been read, and nothing of its content.
        this.filledAt = bytesRead.getAsLong();
    }

    @Override
    protected void fill() throws IOException {
        super.fill();
        filledAt = bytesRead.getAsLong();
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int read = super.read(bytes, offset, length);
        if (read < 0) {
            requireEnd();
        }
        return read;
    }

    private void requireEnd() throws IOException {
        // The end of the buffer that is not content, and what was read after it: together, these must be the trailer.
        long after = inf.getRemaining() + bytesRead.getAsLong() - filledAt;
        if (after > TRAILER_BYTES) {
            throw new ZipException("something follows the compressed data that is not compressed");
        }
    }
}
