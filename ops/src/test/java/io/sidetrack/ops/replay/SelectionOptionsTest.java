package io.sidetrack.ops.replay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sidetrack.common.settings.StartupException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class SelectionOptionsTest {
    @TempDir
    private Path folder;

    private static SelectionOptions.Selection selection(String... arguments) {
        SelectionOptions options = new SelectionOptions();
        new CommandLine(CommandLine.Model.CommandSpec.create()
                        .addMixin("selection", CommandLine.Model.CommandSpec.forAnnotatedObject(options)))
                .parseArgs(arguments);
        return options.read();
    }

    private static ConsumerRecord<byte[], byte[]> record(String key) {
        return new ConsumerRecord<>("t", 0, 0, key == null ? null : key.getBytes(UTF_8), null);
    }

    @Test
    void withoutOptionsEveryRecordIsSelected() {
        assertThat(selection().selects()).accepts(record("a"), record(null));
        assertThat(selection().text()).isEmpty();
    }

    @Test
    void keysAndPrefixesAddUp() throws IOException {
        Path keys = folder.resolve("keys");
        Files.writeString(keys, "a\r\nb b\n\n\u20ac");
        Predicate<ConsumerRecord<byte[], byte[]>> selects = selection(
                        "--keys", keys.toString(), "--key-prefix", "p-", "--key-prefix", "q")
                .selects();
        assertThat(selects).accepts(record("a"), record("b b"), record("\u20ac"), record("p-1"), record("q"));
        assertThat(selects).rejects(record("b"), record("a\r"), record(""), record(null), record("p"), record("xp-"));
    }

    @Test
    void emptyPrefixIsRefused() {
        assertThatThrownBy(() -> selection("--key-prefix", ""))
                .isInstanceOf(StartupException.class)
                .hasMessageStartingWith("--key-prefix=: is empty");
    }

    @Test
    void headersMustAllMatchWithTheirLastValue() {
        Predicate<ConsumerRecord<byte[], byte[]>> selects =
                selection("--header", "h=a=b", "--header", "x").selects();
        ConsumerRecord<byte[], byte[]> record = record("k");
        assertThat(selects).rejects(record);
        record.headers().add("h", "a=b".getBytes(UTF_8));
        assertThat(selects).rejects(record);
        record.headers().add("x", null);
        assertThat(selects).accepts(record);
        record.headers().add("h", null);
        assertThat(selects).rejects(record);
    }

    @Test
    void textIdentifiesTheSelection() throws IOException {
        Path keys = folder.resolve("keys");
        Files.writeString(keys, "a\n");
        String before = selection("--keys", keys.toString()).text();
        Files.writeString(keys, "b\n");
        assertThat(selection("--keys", keys.toString()).text())
                .isNotEqualTo(before)
                .startsWith("keys=sha256:");
        assertThat(selection("--key-prefix", "p", "--header", "h=1").text())
                .isEqualTo("key-prefix=\"p\" header=\"h=1\"");
        assertThat(selection("--key-prefix", "p header=h").text())
                .isNotEqualTo(selection("--key-prefix", "p", "--header", "h").text());
        assertThat(selection("--key-prefix", "p\" header=\"h").text())
                .isNotEqualTo(selection("--key-prefix", "p", "--header", "h").text());
    }

    @Test
    void endlessLineIsRefusedBeforeItFillsTheMemory() {
        InputStream endless = new InputStream() {
            private long bytes;

            @Override
            public int read() {
                return 'k';
            }

            @Override
            public int read(byte[] to, int from, int length) {
                bytes += length;
                assertThat(bytes).isLessThan(KeyFile.MAX_BYTES + 100_000);
                Arrays.fill(to, from, from + length, (byte) 'k');
                return length;
            }
        };
        assertThatThrownBy(() -> KeyFile.read("--keys", Path.of("pipe"), endless))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("--keys=pipe")
                .hasMessageContaining("67,108,864 bytes");
    }

    @Test
    void badOptionsAreRefused() throws IOException {
        Path empty = Files.writeString(folder.resolve("empty"), "\n\r\n");
        Path large = folder.resolve("large");
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i <= KeyFile.MAX_KEYS; i++) {
            lines.append(i).append('\n');
        }
        Files.writeString(large, lines);
        assertThatThrownBy(() -> selection("--keys", empty.toString()))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("has no key");
        assertThatThrownBy(() -> selection("--keys", large.toString()))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("more than 1,000,000 keys");
        assertThatThrownBy(() -> selection("--keys", folder.resolve("none").toString()))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("cannot be read");
        for (byte[] mark : List.of(
                new byte[] {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF},
                new byte[] {(byte) 0xFF, (byte) 0xFE},
                new byte[] {(byte) 0xFE, (byte) 0xFF})) {
            ByteArrayOutputStream content = new ByteArrayOutputStream();
            content.writeBytes(mark);
            content.writeBytes("key\n".getBytes(UTF_8));
            Path marked = Files.write(folder.resolve("marked"), content.toByteArray());
            assertThatThrownBy(() -> selection("--keys", marked.toString()))
                    .isInstanceOf(StartupException.class)
                    .hasMessageContaining("begins with a byte order mark");
        }
        assertThatThrownBy(() -> selection("--header", "=x"))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("has no name");
    }
}
