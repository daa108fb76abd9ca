package io.sidetrack.ops.publish;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The lines of a file. */
class LinesTest {
    private static final int MAX = 10;

    @TempDir
    private Path folder;

    private final ByteArrayOutputStream tooLong = new ByteArrayOutputStream();

    private List<String> read(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("lines"), text);
        List<String> found = new ArrayList<>();
        try (Lines lines = Lines.open(file, MAX)) {
            for (Optional<Line> line = lines.next(tooLong); line.isPresent(); line = lines.next(tooLong)) {
                found.add(lines.number() + ":"
                        + (line.get() instanceof Line.Whole whole
                                ? new String(whole.bytes(), UTF_8)
                                : Long.toString(((Line.TooLong) line.get()).length())));
            }
            assertThat(lines.bytesRead()).isEqualTo(Files.size(file));
        }
        return found;
    }

    @Test
    void linesHaveNeitherEndsNorByteOrderMark() throws IOException {
        assertThat(read("\uFEFFa\r\n\nb\n\r\nc")).containsExactly("1:a", "2:", "3:b", "4:", "5:c");
        assertThat(read("a\n")).containsExactly("1:a");
        assertThat(read("\n")).containsExactly("1:");
        assertThat(read("")).isEmpty();
        assertThat(read("0123456789\n")).containsExactly("1:0123456789");
        assertThat(tooLong.size()).isZero();
    }

    @Test
    void copiesALineThatIsTooLongToTheStream() throws IOException {
        assertThat(read("a\n0123456789x\nb\n0123456789012345678901234567890"))
                .containsExactly("1:a", "2:11", "3:b", "4:31");
        assertThat(tooLong.toString(UTF_8)).isEqualTo("0123456789x0123456789012345678901234567890");
    }

    @Test
    void longLineAcrossBuffersIsCountedAndTheNextOneIsWhole() throws IOException {
        for (int length : List.of(65_535, 65_536, 65_537, 131_072, 200_000)) {
            tooLong.reset();
            char[] long1 = new char[length];
            Arrays.fill(long1, 'x');
            assertThat(read("\uFEFF" + new String(long1) + "\nnext")).containsExactly("1:" + length, "2:next");
            assertThat(tooLong.toString(UTF_8)).isEqualTo(new String(long1));
        }
    }

    @Test
    void truncatedFileHasTheNumberOfTheUnreadableLine() throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(packed)) {
            out.write("a\nb\nc\n".getBytes(UTF_8));
        }
        Path file = Files.write(folder.resolve("torn.gz"), Arrays.copyOf(packed.toByteArray(), packed.size() - 9));
        try (Lines lines = Lines.open(file, MAX)) {
            assertThatThrownBy(() -> {
                        while (lines.next(tooLong).isPresent()) {
                            assertThat(lines.number()).isLessThan(5);
                        }
                    })
                    .isInstanceOf(IOException.class);
            assertThat(lines.number()).isBetween(1L, 4L);
        }
    }

    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(packed)) {
            out.write(text.getBytes(UTF_8));
        }
        return packed.toByteArray();
    }

    private List<String> texts(Lines lines) throws IOException {
        List<String> found = new ArrayList<>();
        for (Optional<Line> line = lines.next(tooLong); line.isPresent(); line = lines.next(tooLong)) {
            found.add(new String(((Line.Whole) line.get()).bytes(), UTF_8));
        }
        return found;
    }

    @Test
    void gzipIsRecognizedByItsContentAndMayHaveSeveralParts() throws IOException {
        Path file = folder.resolve("lines");
        Files.write(file, gzip("\uFEFFa\nb\n"));
        Files.write(file, gzip("c\n"), StandardOpenOption.APPEND);
        try (Lines lines = Lines.open(file, MAX)) {
            assertThat(texts(lines)).containsExactly("a", "b", "c");
            assertThat(lines.bytesRead()).isEqualTo(Files.size(file));
        }
        // A pipe that has no more bytes at the end of the first part.
        byte[] all = Files.readAllBytes(file);
        try (Lines lines = Lines.of(new OneByOne(all), MAX)) {
            assertThat(texts(lines)).containsExactly("a", "b", "c");
        }
        Path empty = Files.createFile(folder.resolve("empty.json.gz"));
        try (Lines lines = Lines.open(empty, MAX)) {
            assertThat(texts(lines)).isEmpty();
        }
        Path plain = Files.writeString(folder.resolve("plain.json.gz"), "a\n");
        try (Lines lines = Lines.open(plain, MAX)) {
            assertThatThrownBy(() -> lines.next(tooLong)).hasMessageContaining("GZIP");
        }
    }

    /** The JDK ignores it. The line before it may be incomplete, so it is not returned either. */
    @Test
    void whatFollowsCompressedDataIsNotIgnored() throws IOException {
        byte[] whole = gzip("a\nb\n");
        for (byte[] more : List.of("c\n".getBytes(UTF_8), new byte[40], Arrays.copyOf(gzip("c\n"), 5))) {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            all.write(whole);
            all.write(more);
            for (Lines lines : List.of(
                    Lines.open(Files.write(folder.resolve("appended.gz"), all.toByteArray()), MAX),
                    Lines.of(new OneByOne(all.toByteArray()), MAX))) {
                assertThatThrownBy(() -> texts(lines)).hasMessageContaining("follows the compressed data");
                assertThat(lines.number()).isEqualTo(3);
                lines.close();
            }
        }
    }

    /** Returns one byte at a time, and never knows of more. */
    private static final class OneByOne extends ByteArrayInputStream {
        OneByOne(byte[] bytes) {
            super(bytes);
        }

        @Override
        public synchronized int read(byte[] to, int offset, int length) {
            return super.read(to, offset, Math.min(1, length));
        }

        @Override
        public synchronized int available() {
            return 0;
        }
    }
}
