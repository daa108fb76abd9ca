package io.sidetrack.ops.publish;

import io.sidetrack.common.settings.StartupException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/**
 * The file for lines that cannot be sent. Lines are appended, so that a run that continues another one keeps its lines. Not
 * thread-safe.
 */
final class BadLineFile implements AutoCloseable {
    private static final Path DEVICE = Path.of("/dev/stdin");

    private final FileChannel channel;
    private final OutputStream stream = new Appending();

    /** Thrown if the file cannot be written. */
    static final class NotWrittenException extends IOException {
        private static final long serialVersionUID = 1L;

        NotWrittenException(IOException cause) {
            super(cause.toString(), cause);
        }
    }

    private BadLineFile(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Opens a file, and creates it if it does not exist.
     *
     * @param inputs the published files; {@code -} for standard input
     * @throws StartupException if it is one of them, even by another name, or cannot be written
     */
    static BadLineFile open(Path file, List<Path> inputs) {
        try {
            for (Path input : inputs) {
                if (isSameFile(file, input.equals(InputFiles.STANDARD_INPUT) ? DEVICE : input)) {
                    throw problem(file, "this is the published file", "Name another file.", null);
                }
            }
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            BadLineFile lines = new BadLineFile(channel);
            if (Files.isRegularFile(file)) {
                lines.requireAlone(file);
                lines.endBrokenLine(file);
            }
            return lines;
        } catch (IOException | UncheckedIOException e) {
            throw problem(file, "cannot be written (" + e.getMessage() + ")", "Name a file that can be created.", e);
        }
    }

    private static boolean isSameFile(Path file, Path input) throws IOException {
        return Files.exists(file) && Files.exists(input) && Files.isSameFile(file, input);
    }

    private static StartupException problem(Path file, String problem, String remedy, Exception cause) {
        return new StartupException("--skip-bad-lines=" + file, problem, remedy, cause);
    }

    /** Two runs at the same time would mix their lines. The lock ends with the channel. */
    private void requireAlone(Path file) throws IOException {
        boolean alone;
        try {
            alone = channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            alone = false;
        }
        if (!alone) {
            channel.close();
            throw problem(
                    file, "another run is writing to it", "Wait until that run has ended, or name another file.", null);
        }
    }

    /** Ends an incomplete line, which a killed run may have left. */
    private void endBrokenLine(Path file) throws IOException {
        try (FileChannel reader = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer last = ByteBuffer.allocate(1);
            if (reader.size() > 0 && reader.read(last, reader.size() - 1) == 1 && last.get(0) != '\n') {
                stream.write('\n');
            }
        }
    }

    /** Appends a line, in one write. */
    void add(byte[] line) throws NotWrittenException {
        ByteBuffer whole = ByteBuffer.allocate(line.length + 1);
        write(whole.put(line).put((byte) '\n').flip());
    }

    /** Appends parts of a line that is not held in memory. */
    OutputStream stream() {
        return stream;
    }

    private void write(ByteBuffer bytes) throws NotWrittenException {
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException e) {
            throw new NotWrittenException(e);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    /** The stream for lines that are not held in memory. */
    static OutputStream streamOf(Optional<BadLineFile> lines) {
        return lines.map(BadLineFile::stream).orElseGet(OutputStream::nullOutputStream);
    }

    private final class Appending extends OutputStream {
        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            BadLineFile.this.write(ByteBuffer.wrap(bytes, offset, length));
        }
    }
}
