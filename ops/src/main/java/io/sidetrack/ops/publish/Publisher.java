package io.sidetrack.ops.publish;

import io.sidetrack.common.record.DynamoDbJson;
import io.sidetrack.ops.Interruption;
import io.sidetrack.ops.JsonObject;
import io.sidetrack.ops.OpsException;
import io.sidetrack.ops.RateLimit;
import io.sidetrack.ops.StopRequest;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;
import java.util.Optional;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;

/** Sends the lines of files in order, and tracks which of them have arrived. */
final class Publisher implements Interruption.Run {
    private static final String CORRECT_OR_SKIP = " when it is corrected, or with --skip-bad-lines FILE to skip it";

    private final Producer<byte[], byte[]> producer;
    private final LineFormat format;
    private final Target target;
    private final Optional<BadLineFile> badLines;
    private final RateLimit pace;
    private final StopRequest stop;
    private final Progress progress;
    private final Acknowledgements acknowledgements;
    private final long startNanos = System.nanoTime();
    private long bad;
    private long firstBad;
    /** The position of the first line that is neither passed to the producer nor skipped. */
    private volatile long next;

    private final InputFiles files;
    private final long from;
    private volatile boolean waitsForInput;

    /**
     * The topic of the records, and the header that marks them.
     *
     * @param maxMessageBytes {@code max.message.bytes} of the topic, which applies after compression
     * @param maxLineBytes the longest line to send
     * @param headerName the name of the header
     * @param backfill the value of the header; empty for no header
     */
    record Target(String topic, int maxMessageBytes, int maxLineBytes, String headerName, Optional<byte[]> backfill) {
        /** The reason why a line of this length is not sent. */
        String tooLong(long bytes) {
            return String.format(
                    Locale.ROOT,
                    "has %,d bytes, and at most %,d can be sent to a topic with max.message.bytes=%d"
                            + " (KAFKA_MAX_REQUEST_SIZE changes that)",
                    bytes,
                    maxLineBytes,
                    maxMessageBytes);
        }
    }

    /**
     * The result of a run.
     *
     * @param bad how many lines were skipped
     * @param firstBad the first skipped line, for people; empty if there is none
     */
    record Summary(long published, long bad, String firstBad, double seconds) {
        JsonObject json() {
            return new JsonObject()
                    .put("published", published)
                    .put("badLines", bad)
                    .put("firstBadLine", bad == 0 ? null : firstBad)
                    .put("seconds", seconds);
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "published %,d records in %.1f s, %,.0f per second%s",
                    published,
                    seconds,
                    published / Math.max(1e-3, seconds),
                    bad == 0
                            ? ""
                            : String.format(Locale.ROOT, "; %,d bad lines skipped, the first is %s", bad, firstBad));
        }
    }

    /**
     * @param from the position of the first line to send
     * @param badLines receives lines that cannot be sent; empty to stop at the first one
     */
    Publisher(
            InputFiles files,
            long from,
            Producer<byte[], byte[]> producer,
            LineFormat format,
            Target target,
            Optional<BadLineFile> badLines,
            RateLimit pace,
            StopRequest stop,
            Progress progress) {
        this.files = files;
        this.from = from;
        this.next = from;
        this.producer = producer;
        this.format = format;
        this.target = target;
        this.badLines = badLines;
        this.pace = pace;
        this.stop = stop;
        this.progress = progress;
        this.acknowledgements = new Acknowledgements(badLines.isPresent());
    }

    /**
     * Sends all lines from the first one on, and returns when each is acknowledged or skipped.
     *
     * @throws OpsException if a line cannot be sent or read, or a stop is requested; the message states how many lines have
     *     arrived and how to continue
     */
    Summary publish(Input input) {
        Optional<Halt> halt = sendAll(input);
        producer.flush();
        Optional<Halt> unwritten = skipRejected();
        progress.end(acknowledgements.count(), input.bytesRead(), input.totalBytes());
        Optional<Halt> first =
                acknowledgements.failure().map(this::rejected).or(() -> halt).or(() -> unwritten);
        if (first.isPresent()) {
            throw new OpsException(
                    first.get().reason + "; " + howToContinue() + first.get().remedy,
                    first.get().cause.orElse(null));
        }
        return new Summary(
                acknowledgements.count(),
                bad,
                bad == 0 ? "" : files.describe(firstBad),
                (System.nanoTime() - startNanos) / 1e9);
    }

    /**
     * The reason why a run ends before the end of its file.
     *
     * @param remedy what must happen before it can continue, as the end of a sentence
     */
    private record Halt(String reason, String remedy, Optional<Exception> cause) {}

    private Optional<Halt> sendAll(Input input) {
        try {
            Optional<Line> line = read(input);
            while (line.isPresent() && acknowledgements.failure().isEmpty()) {
                long position = input.position();
                if (position >= from) {
                    if (stop.isRequested() || !handle(line.get(), position)) {
                        return Optional.of(new Halt("interrupted", "", Optional.empty()));
                    }
                    next = position + 1;
                    progress.update(acknowledgements.count(), input.bytesRead(), input.totalBytes());
                }
                Optional<Halt> unwritten = skipRejected();
                if (unwritten.isPresent()) {
                    return unwritten;
                }
                line = read(input);
            }
            return Optional.empty();
        } catch (BadLineFile.NotWrittenException e) {
            return Optional.of(notWritten(e));
        } catch (BadLineException e) {
            return Optional.of(new Halt(
                    files.describe(input.position()) + " " + e.getMessage(), CORRECT_OR_SKIP, Optional.empty()));
        } catch (IOException e) {
            return Optional.of(new Halt(
                    files.describe(input.position()) + " cannot be read (" + e.getMessage() + ")",
                    " when the file is whole",
                    Optional.of(e)));
        }
    }

    private Optional<Line> read(Input input) throws IOException {
        waitsForInput = true;
        try {
            return input.next(
                    input.position() + 1 < from ? OutputStream.nullOutputStream() : BadLineFile.streamOf(badLines));
        } finally {
            waitsForInput = false;
        }
    }

    /** @return false if a stop is requested and the line was therefore not sent */
    private boolean handle(Line line, long position) throws IOException, BadLineException {
        if (line instanceof Line.TooLong tooLong) {
            if (badLines.isEmpty()) {
                throw new BadLineException(target.tooLong(tooLong.length()));
            }
            skipped(position);
            badLines.get().stream().write('\n');
            return true;
        }
        byte[] bytes = ((Line.Whole) line).bytes();
        return LineFormat.isBlank(bytes) || send(bytes, position);
    }

    private boolean send(byte[] line, long position) throws IOException, BadLineException {
        FileRecord found;
        try {
            found = format.read(line);
        } catch (BadLineException e) {
            if (badLines.isEmpty()) {
                throw e;
            }
            skipped(position);
            badLines.get().add(line);
            return true;
        }
        pace.await();
        if (stop.isRequested()) {
            return false;
        }
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(target.topic, null, found.timestampMs().orElse(null), found.key(), found.value());
        if (found.isItem()) {
            record.headers().add(DynamoDbJson.HEADER, DynamoDbJson.value());
        }
        target.backfill.ifPresent(name -> record.headers().add(target.headerName, name));
        acknowledgements.sending(position);
        try {
            var unused =
                    producer.send(record, (metadata, failure) -> acknowledgements.completed(position, line, failure));
        } catch (RuntimeException e) {
            acknowledgements.completed(position, line, e);
        }
        return true;
    }

    private void skipped(long position) {
        firstBad = bad == 0 ? position : Math.min(firstBad, position);
        bad++;
    }

    /** Skips lines that the brokers have meanwhile rejected for their size. */
    private Optional<Halt> skipRejected() {
        try {
            Optional<Acknowledgements.Rejected> rejected = acknowledgements.nextRejected();
            while (rejected.isPresent()) {
                badLines.orElseThrow().add(rejected.get().line());
                acknowledgements.skipped(rejected.get().position());
                skipped(rejected.get().position());
                rejected = acknowledgements.nextRejected();
            }
            return Optional.empty();
        } catch (BadLineFile.NotWrittenException e) {
            return Optional.of(notWritten(e));
        }
    }

    private static Halt notWritten(BadLineFile.NotWrittenException e) {
        return new Halt(
                "the file of --skip-bad-lines cannot be written (" + e.getMessage() + ")",
                " when it can be written",
                Optional.of(e));
    }

    private Halt rejected(Exception failure) {
        String reason = files.describe(acknowledgements.failedLine()) + " was rejected: " + failure.getMessage();
        return new Halt(
                reason, failure instanceof RecordTooLargeException ? CORRECT_OR_SKIP : "", Optional.of(failure));
    }

    @Override
    public String interrupted() {
        return "interrupted; " + howToContinue();
    }

    /** True if the run waits for input and all its lines are acknowledged. */
    @Override
    public boolean isIdle() {
        return waitsForInput && acknowledgements.firstOpen().isEmpty();
    }

    private String howToContinue() {
        // In this order, because a line is open before next advances.
        long after = next;
        return String.format(
                Locale.ROOT,
                "%,d lines have arrived, continue with %s",
                acknowledgements.count(),
                files.options(acknowledgements.firstOpen().orElse(after)));
    }
}
