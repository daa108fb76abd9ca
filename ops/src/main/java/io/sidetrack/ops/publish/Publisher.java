package io.sidetrack.ops.publish;

import io.sidetrack.ops.OpsException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;
import java.util.Optional;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;

/** Sends the lines of a file, in order, and knows which of them have arrived. */
final class Publisher {
    private static final String CORRECT_OR_LEAVE_OUT =
            " when it is corrected, or with --skip-bad-lines FILE to leave it out";

    private final Producer<byte[], byte[]> producer;
    private final LineReader reader;
    private final Target target;
    private final Optional<BadLines> badLines;
    private final Pace pace;
    private final Stop stop;
    private final Progress progress;
    private final Acknowledgements acknowledgements;
    private final long startNanos = System.nanoTime();
    private long bad;
    private long firstBad;
    /** The first line that was not handed to the producer, and is not left out either. */
    private volatile long next;

    private final long fromLine;

    private volatile boolean waitsForInput;

    /**
     * Where records go.
     *
     * @param maxMessageBytes of the topic
     * @param maxLineBytes of a line, which is compressed on its way
     * @param headerName of the header that marks the records as a backfill
     * @param backfill the value of the header that marks them; empty for no header
     */
    record Target(String topic, int maxMessageBytes, int maxLineBytes, String headerName, Optional<byte[]> backfill) {
        /** Why a line is not sent. */
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
     * How it ended.
     *
     * @param bad lines that were left out
     * @param firstBad the number of the first of them
     */
    record Summary(long published, long bad, long firstBad, double seconds) {
        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "published %,d records in %.1f s, %,.0f a second%s",
                    published,
                    seconds,
                    published / Math.max(1e-3, seconds),
                    bad == 0
                            ? ""
                            : String.format(
                                    Locale.ROOT, "; %,d bad lines left out, the first is line %d", bad, firstBad));
        }
    }

    /**
     * @param fromLine the first line to send
     * @param badLines where lines go that cannot be sent; empty to stop at the first of them
     */
    Publisher(
            long fromLine,
            Producer<byte[], byte[]> producer,
            LineReader reader,
            Target target,
            Optional<BadLines> badLines,
            Pace pace,
            Stop stop,
            Progress progress) {
        this.fromLine = fromLine;
        this.next = fromLine;
        this.producer = producer;
        this.reader = reader;
        this.target = target;
        this.badLines = badLines;
        this.pace = pace;
        this.stop = stop;
        this.progress = progress;
        this.acknowledgements = new Acknowledgements(badLines.isPresent());
    }

    /**
     * Sends all lines from one on, and returns when every one is acknowledged or left out.
     *
     * @throws OpsException if one could not be sent or read, or the run is to end; it says which lines have arrived and how
     *     to go on
     */
    Summary publish(Lines lines) {
        Optional<Halt> halt = sendAll(lines);
        producer.flush();
        Optional<Halt> unwritten = leaveOutRejected();
        progress.end(acknowledgements.count(), lines.bytesRead(), lines.totalBytes());
        Optional<Halt> first =
                acknowledgements.failure().map(this::refused).or(() -> halt).or(() -> unwritten);
        if (first.isPresent()) {
            throw new OpsException(
                    first.get().reason + "; " + howToGoOn() + first.get().remedy,
                    first.get().cause.orElse(null));
        }
        return new Summary(acknowledgements.count(), bad, firstBad, (System.nanoTime() - startNanos) / 1e9);
    }

    /**
     * Why a run ends before the end of its file.
     *
     * @param remedy what must be done before it can go on, as the end of the sentence that says where
     */
    private record Halt(String reason, String remedy, Optional<Exception> cause) {}

    private Optional<Halt> sendAll(Lines lines) {
        try {
            Optional<Line> line = read(lines);
            while (line.isPresent() && acknowledgements.failure().isEmpty()) {
                long number = lines.number();
                if (number >= fromLine) {
                    if (stop.isRequested() || !handle(line.get(), number)) {
                        return Optional.of(new Halt("interrupted", "", Optional.empty()));
                    }
                    next = number + 1;
                    progress.update(acknowledgements.count(), lines.bytesRead(), lines.totalBytes());
                }
                Optional<Halt> unwritten = leaveOutRejected();
                if (unwritten.isPresent()) {
                    return unwritten;
                }
                line = read(lines);
            }
            return Optional.empty();
        } catch (BadLines.NotWrittenException e) {
            return Optional.of(notWritten(e));
        } catch (LineReader.BadLineException e) {
            return Optional.of(
                    new Halt("line " + lines.number() + " " + e.getMessage(), CORRECT_OR_LEAVE_OUT, Optional.empty()));
        } catch (IOException e) {
            return Optional.of(new Halt(
                    "line " + lines.number() + " cannot be read (" + e.getMessage() + ")",
                    " when the file is whole",
                    Optional.of(e)));
        }
    }

    private Optional<Line> read(Lines lines) throws IOException {
        waitsForInput = true;
        try {
            return lines.next(
                    lines.number() + 1 < fromLine ? OutputStream.nullOutputStream() : BadLines.streamOf(badLines));
        } finally {
            waitsForInput = false;
        }
    }

    /** @return false if the run is to end, and the line was not sent for that reason */
    private boolean handle(Line line, long number) throws IOException, LineReader.BadLineException {
        if (line instanceof Line.TooLong tooLong) {
            if (badLines.isEmpty()) {
                throw new LineReader.BadLineException(target.tooLong(tooLong.length()));
            }
            leftOut(number);
            badLines.get().stream().write('\n');
            return true;
        }
        byte[] bytes = ((Line.Whole) line).bytes();
        return isBlank(bytes) || send(bytes, number);
    }

    private boolean send(byte[] line, long number) throws IOException, LineReader.BadLineException {
        LineReader.Found found;
        try {
            found = reader.read(line);
        } catch (LineReader.BadLineException e) {
            if (badLines.isEmpty()) {
                throw e;
            }
            leftOut(number);
            badLines.get().add(line);
            return true;
        }
        pace.await();
        if (stop.isRequested()) {
            return false;
        }
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(target.topic, null, found.timestampMs().orElse(null), found.key(), line);
        target.backfill.ifPresent(name -> record.headers().add(target.headerName, name));
        acknowledgements.sending(number);
        try {
            var unused = producer.send(record, (metadata, failure) -> acknowledgements.answered(number, line, failure));
        } catch (RuntimeException e) {
            acknowledgements.answered(number, line, e);
        }
        return true;
    }

    private void leftOut(long number) {
        firstBad = bad == 0 ? number : Math.min(firstBad, number);
        bad++;
    }

    /** Leaves out what the brokers have refused since for its size. */
    private Optional<Halt> leaveOutRejected() {
        try {
            Optional<Acknowledgements.Rejected> rejected = acknowledgements.nextRejected();
            while (rejected.isPresent()) {
                badLines.orElseThrow().add(rejected.get().line());
                acknowledgements.leftOut(rejected.get().number());
                leftOut(rejected.get().number());
                rejected = acknowledgements.nextRejected();
            }
            return Optional.empty();
        } catch (BadLines.NotWrittenException e) {
            return Optional.of(notWritten(e));
        }
    }

    private static Halt notWritten(BadLines.NotWrittenException e) {
        return new Halt(
                "the file of --skip-bad-lines cannot be written (" + e.getMessage() + ")",
                " when it can",
                Optional.of(e));
    }

    private Halt refused(Exception failure) {
        String reason = "line " + acknowledgements.failedLine() + " was not accepted: " + failure.getMessage();
        return new Halt(
                reason, failure instanceof RecordTooLargeException ? CORRECT_OR_LEAVE_OUT : "", Optional.of(failure));
    }

    /** That the run was interrupted, and how to go on. For another thread, while the run goes on. */
    String interrupted() {
        return "interrupted; " + howToGoOn();
    }

    /** True if the run waits for its input, and everything that it has sent is acknowledged. For another thread. */
    boolean isIdle() {
        return waitsForInput && acknowledgements.firstOpen().isEmpty();
    }

    private String howToGoOn() {
        // In this order: a line is open before it is passed.
        long after = next;
        return String.format(
                Locale.ROOT,
                "%,d lines have arrived, go on with --from-line %d",
                acknowledgements.count(),
                acknowledgements.firstOpen().orElse(after));
    }

    private static boolean isBlank(byte[] line) {
        for (byte b : line) {
            if (b != ' ' && b != '\t') {
                return false;
            }
        }
        return true;
    }
}
