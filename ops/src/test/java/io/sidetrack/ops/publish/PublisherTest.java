package io.sidetrack.ops.publish;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonPointer;
import io.sidetrack.ops.Interruption;
import io.sidetrack.ops.OpsException;
import io.sidetrack.ops.RateLimit;
import io.sidetrack.ops.StopRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.zip.GZIPOutputStream;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** However a run ends, it reports how many lines have arrived and how to continue, and continuing works. */
class PublisherTest {
    private static final int LONGEST = 100;

    @TempDir
    private Path folder;

    private final StopRequest stop = new StopRequest(Thread.currentThread());
    private final List<String> sent = new ArrayList<>();
    private Consumer<String> beforeSending = line -> {};

    /** Rejects records whose value contains "huge", like a topic with a size limit. */
    private final class Topic extends MockProducer<byte[], byte[]> {
        Topic() {
            super(true, null, new ByteArraySerializer(), new ByteArraySerializer());
        }

        @Override
        public synchronized Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record, Callback callback) {
            String line = new String(record.value(), UTF_8);
            beforeSending.accept(line);
            if (line.contains("huge")) {
                callback.onCompletion(null, new RecordTooLargeException("too large for the topic"));
                return null;
            }
            sent.add(line);
            return super.send(record, callback);
        }
    }

    private Publisher publisher(InputFiles files, long from, Optional<BadLineFile> bad) {
        return new Publisher(
                files,
                from,
                new Topic(),
                new PlainLines(JsonPointer.compile("/id"), LineTimestamp.of(null)),
                new Publisher.Target("t", 1_000, LONGEST, "x-backfill", Optional.empty()),
                bad,
                new RateLimit(0, System::nanoTime, stop),
                stop,
                new Progress(Progress.Style.NONE, new PrintWriter(new StringWriter()), System::nanoTime));
    }

    private Publisher.Summary publish(Path file, long fromLine) throws IOException {
        return publish(InputFiles.of(List.of(file)), InputFiles.position(0, fromLine));
    }

    private Publisher.Summary publish(InputFiles files, long from) throws IOException {
        try (Input input = Input.open(files, from, LONGEST)) {
            return publisher(files, from, Optional.empty()).publish(input);
        }
    }

    private Publisher.Summary publishSkipping(Path file, long fromLine, Path to) throws IOException {
        InputFiles files = InputFiles.of(List.of(file));
        long from = InputFiles.position(0, fromLine);
        try (Input input = Input.open(files, from, LONGEST);
                BadLineFile bad = BadLineFile.open(to, files.files())) {
            return publisher(files, from, Optional.of(bad)).publish(input);
        }
    }

    private static String line(int number) {
        return "{\"id\":" + number + "}";
    }

    private Path file(String... lines) throws IOException {
        return Files.write(folder.resolve("file.jsonl"), List.of(lines));
    }

    @Test
    void stopBetweenLinesNamesTheNextOne() throws IOException {
        Path file = file(line(1), line(2), line(3), line(4));
        beforeSending = line -> {
            if (line.equals(line(2))) {
                stop.request();
            }
        };
        assertThatThrownBy(() -> publish(file, 1))
                .isInstanceOf(OpsException.class)
                .hasMessage("interrupted; 2 lines have arrived, continue with --from-line 3");
        assertThat(sent).containsExactly(line(1), line(2));
    }

    @Test
    void interruptWhileWaitingForInputExplainsHowToContinue() throws IOException {
        Publisher publisher =
                publisher(InputFiles.of(List.of(Path.of("-"))), InputFiles.position(0, 7), Optional.empty());
        StringWriter err = new StringWriter();
        AtomicInteger code = new AtomicInteger(-1);
        PipedOutputStream silent = new PipedOutputStream();
        try (Input input = Input.of(Lines.of(new PipedInputStream(silent), LONGEST))) {
            Thread run = new Thread(() -> publisher.publish(input));
            run.start();
            await().until(publisher::isIdle);
            new Interruption(publisher, stop, new PrintWriter(err), code::set).interrupted();
            assertThat(err.toString().strip())
                    .isEqualTo("sidetrack: interrupted; 0 lines have arrived, continue with --from-line 7");
            assertThat(code).hasValue(1);
            silent.close();
            await().until(() -> !run.isAlive());
        }
    }

    @Test
    void truncatedGzipNamesTheLine() throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed, true)) {
            write(out, line(1) + "\n" + line(2) + "\n");
            out.flush();
            int whole = packed.size();
            write(out, line(3) + "\n");
            out.finish();
            Path file = Files.write(folder.resolve("torn.jsonl.gz"), Arrays.copyOf(packed.toByteArray(), whole));
            assertThatThrownBy(() -> publish(file, 1))
                    .isInstanceOf(OpsException.class)
                    .hasMessage("line 3 cannot be read (Unexpected end of ZLIB input stream); 2 lines have arrived,"
                            + " continue with --from-line 3 when the file is whole");
        }
        assertThat(sent).containsExactly(line(1), line(2));
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(UTF_8));
    }

    @Test
    void severalFilesAreContinuedInTheOneThatWasReached() throws IOException {
        Path a = Files.write(folder.resolve("a.jsonl"), List.of(line(1), line(2)));
        Path empty = Files.createFile(folder.resolve("b.jsonl.gz"));
        Path c = Files.write(folder.resolve("c c.jsonl"), List.of("", line(3), line(4), line(5)));
        InputFiles files = InputFiles.of(List.of(folder));
        assertThat(files.files()).containsExactly(a, empty, c);
        beforeSending = line -> {
            if (line.equals(line(3))) {
                stop.request();
            }
        };
        assertThatThrownBy(() -> publish(files, InputFiles.position(0, 2)))
                .hasMessage("interrupted; 2 lines have arrived, continue with --from-file '" + c + "' --from-line 3");
        assertThat(sent).containsExactly(line(2), line(3));
        sent.clear();
        beforeSending = line -> {};
        long from = files.position(Optional.of(c), 3);
        StopRequest again = new StopRequest(Thread.currentThread());
        try (Input input = Input.open(files, from, LONGEST)) {
            assertThat(input.bytesRead()).isEqualTo(Files.size(a));
            new Publisher(
                            files,
                            from,
                            new Topic(),
                            new PlainLines(JsonPointer.compile("/id"), LineTimestamp.of(null)),
                            new Publisher.Target("t", 1_000, LONGEST, "x-backfill", Optional.empty()),
                            Optional.empty(),
                            new RateLimit(0, System::nanoTime, again),
                            again,
                            new Progress(Progress.Style.NONE, new PrintWriter(new StringWriter()), System::nanoTime))
                    .publish(input);
            assertThat(input.bytesRead()).isEqualTo(input.totalBytes());
        }
        assertThat(sent).containsExactly(line(4), line(5));
    }

    @Test
    void problemsOfSeveralFilesNameTheFile() throws IOException {
        Path a = Files.write(folder.resolve("a.jsonl"), List.of(line(1)));
        Path b = Files.write(folder.resolve("b.jsonl"), List.of(line(2), "[]"));
        InputFiles files = InputFiles.of(List.of(a, b));
        assertThatThrownBy(() -> publish(files, InputFiles.position(0, 1)))
                .hasMessage(b + " line 2 is JSON, but not an object; 2 lines have arrived, continue with --from-file "
                        + b + " --from-line 2 when it is corrected, or with --skip-bad-lines FILE to skip it");
        Files.delete(b);
        Path later = Files.write(folder.resolve("later.jsonl"), List.of(line(3)));
        InputFiles gone = InputFiles.of(List.of(a, later));
        try (Input input = Input.open(gone, InputFiles.position(0, 1), LONGEST)) {
            Files.delete(later);
            assertThatThrownBy(() -> publisher(gone, InputFiles.position(0, 1), Optional.empty())
                            .publish(input))
                    .hasMessageStartingWith(later + " cannot be read (")
                    .hasMessageEndingWith("1 lines have arrived, continue with --from-file " + a
                            + " --from-line 2 when the file is whole");
        }
    }

    @Test
    void lineThatTheTopicRejectsIsNamedAndCanBeSkipped() throws IOException {
        Path file = file(line(1), "{\"id\":\"huge\"}", line(3));
        assertThatThrownBy(() -> publish(file, 1))
                .isInstanceOf(OpsException.class)
                .hasMessage(
                        "line 2 was rejected: too large for the topic; 1 lines have arrived, continue with --from-line"
                                + " 2 when it is corrected, or with --skip-bad-lines FILE to skip it");
        Path bad = folder.resolve("bad.jsonl");
        assertThat(publishSkipping(file, 2, bad))
                .extracting(Publisher.Summary::published, Publisher.Summary::bad, Publisher.Summary::firstBad)
                .containsExactly(1L, 1L, "line 2");
        assertThat(Files.readString(bad)).isEqualTo("{\"id\":\"huge\"}\n");
        assertThat(sent).containsExactly(line(1), line(3));
    }

    @Test
    void lineThatIsTooLongIsNamedOrSkipped() throws IOException {
        String tooLong = "{\"id\":\"" + "x".repeat(LONGEST) + "\"}";
        Path file = file(line(1), tooLong, line(3));
        assertThatThrownBy(() -> publish(file, 1))
                .isInstanceOf(OpsException.class)
                .hasMessage("line 2 has 109 bytes, and at most 100 can be sent to a topic with max.message.bytes=1000"
                        + " (KAFKA_MAX_REQUEST_SIZE changes that); 1 lines have arrived, continue with"
                        + " --from-line 2 when it is corrected, or with --skip-bad-lines FILE to skip it");
        Path bad = folder.resolve("bad.jsonl");
        assertThat(publishSkipping(file, 2, bad).published()).isEqualTo(1);
        assertThat(publishSkipping(file, 3, bad).bad())
                .as("before the first line")
                .isZero();
        assertThat(Files.readString(bad)).isEqualTo(tooLong + "\n");
    }

    @Test
    void lineIsAsLongAsTopicAndHeapAllow() {
        int mb = 1 << 20;
        assertThat(PublishCommand.maxRequestBytes(mb, 48L * mb)).isEqualTo(3 * mb);
        assertThat(PublishCommand.maxRequestBytes(mb, 4096L * mb)).isEqualTo(16 * mb);
        assertThat(PublishCommand.maxRequestBytes(10 * mb, 48L * mb))
                .as("the topic accepts it uncompressed")
                .isEqualTo(10 * mb);
        assertThat(PublishCommand.maxRequestBytes(Integer.MAX_VALUE, 4096L * mb))
                .isEqualTo(32 * mb);
        assertThat(PublishCommand.maxRequestBytes(1_000, 4096L * mb)).isEqualTo(mb);
    }

    @Test
    void continuedRunKeepsTheBadLinesOfTheFirst() throws IOException {
        Path file = file("one", line(2), "three", line(4));
        Path bad = folder.resolve("bad.jsonl");
        beforeSending = line -> stop.request();
        assertThatThrownBy(() -> publishSkipping(file, 1, bad)).hasMessageEndingWith("--from-line 3");
        StopRequest again = new StopRequest(Thread.currentThread());
        assertThat(again.isRequested()).isFalse();
        InputFiles files = InputFiles.of(List.of(file));
        long from = InputFiles.position(0, 3);
        try (Input input = Input.open(files, from, LONGEST);
                BadLineFile second = BadLineFile.open(bad, files.files())) {
            new Publisher(
                            files,
                            from,
                            new Topic(),
                            new PlainLines(JsonPointer.compile("/id"), LineTimestamp.of(null)),
                            new Publisher.Target("t", 1_000, LONGEST, "x-backfill", Optional.empty()),
                            Optional.of(second),
                            new RateLimit(0, System::nanoTime, again),
                            again,
                            new Progress(Progress.Style.NONE, new PrintWriter(new StringWriter()), System::nanoTime))
                    .publish(input);
        }
        assertThat(Files.readString(bad)).isEqualTo("one\nthree\n");
        assertThat(sent).containsExactly(line(2), line(4));
    }
}
