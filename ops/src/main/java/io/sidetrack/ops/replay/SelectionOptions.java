package io.sidetrack.ops.replay;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sidetrack.common.settings.StartupException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import picocli.CommandLine.Option;

/** Which records of the slice are replayed. */
final class SelectionOptions {
    @Option(
            names = "--keys",
            paramLabel = "FILE",
            description = "Replay only records with a key from this file, which has one key per line: at most 1,000,000"
                    + " keys and 64 MB, which are kept in memory.")
    private Path keys;

    @Option(
            names = "--key-prefix",
            paramLabel = "TEXT",
            description =
                    "Replay only records whose key begins with this text, or with one of several; with --keys, also"
                            + " those.")
    private List<String> keyPrefixes = List.of();

    @Option(
            names = "--header",
            paramLabel = "NAME[=VALUE]",
            description = "Replay only records with this header and, if given, this last value of it. Several of them"
                    + " must all match.")
    private List<String> headers = List.of();

    /**
     * The selection.
     *
     * @param text the options, as text that identifies them
     * @param selects whether a record is replayed
     */
    record Selection(String text, Predicate<ConsumerRecord<byte[], byte[]>> selects) {}

    /** @throws StartupException if an option is not valid, or the file cannot be read */
    Selection read() {
        if (keyPrefixes.contains("")) {
            throw new StartupException(
                    "--key-prefix=", "is empty, and would select every key", "Write a prefix, or omit it.");
        }
        Optional<KeyFile> file = Optional.ofNullable(keys).map(path -> KeyFile.read("--keys", path));
        List<String> text = new ArrayList<>();
        file.ifPresent(read -> text.add("keys=sha256:" + read.sha256()));
        keyPrefixes.forEach(prefix -> text.add("key-prefix=" + RequestId.quoted(prefix)));
        headers.forEach(header -> text.add("header=" + RequestId.quoted(header)));
        List<Predicate<ConsumerRecord<byte[], byte[]>>> all = new ArrayList<>();
        if (file.isPresent() || !keyPrefixes.isEmpty()) {
            all.add(keys(
                    file,
                    keyPrefixes.stream().map(prefix -> prefix.getBytes(UTF_8)).toList()));
        }
        headers.forEach(header -> all.add(header(header)));
        return new Selection(String.join(" ", text), record -> all.stream().allMatch(one -> one.test(record)));
    }

    private static Predicate<ConsumerRecord<byte[], byte[]>> keys(Optional<KeyFile> file, List<byte[]> prefixes) {
        return record -> {
            byte[] key = record.key();
            return key != null
                    && (file.filter(read -> read.keys().contains(ByteBuffer.wrap(key)))
                                    .isPresent()
                            || prefixes.stream().anyMatch(prefix -> startsWith(key, prefix)));
        };
    }

    private static boolean startsWith(byte[] key, byte[] prefix) {
        return key.length >= prefix.length && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
    }

    private static Predicate<ConsumerRecord<byte[], byte[]>> header(String option) {
        int equals = option.indexOf('=');
        String name = equals < 0 ? option : option.substring(0, equals);
        if (name.isEmpty()) {
            throw new StartupException("--header=" + option, "has no name", "Write it as NAME or NAME=VALUE.");
        }
        byte[] value = equals < 0 ? null : option.substring(equals + 1).getBytes(UTF_8);
        return record -> {
            Header last = record.headers().lastHeader(name);
            return last != null && (value == null || Arrays.equals(value, last.value()));
        };
    }
}
