package io.sidetrack.ops.publish;

import io.sidetrack.ops.OpsException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;
import java.util.Optional;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Sends the lines of a file, in order, and knows which of them have arrived. */
final class Publisher {
    private final Producer<byte[], byte[]> producer;
    private final LineReader reader;
    private final Target target;
    private final Optional<OutputStream> badLines;
    private final Pace pace;
    private final Progress progress;
    private final Acknowledgements acknowledgements = new Acknowledgements();
    private final long startNanos = System.nanoTime();
    private long bad;

    /**
     * Where records go.
     *
     * @param backfill the value of the header that marks them; empty for no header
     */
    record Target(String topic, String headerName, Optional<byte[]> backfill) {}

    /** How it ended. */
    record Summary(long published, long bad, double seconds) {
        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "published %,d records in %.1f s, %,.0f a second%s",
                    published,
                    seconds,
                    published / Math.max(1e-3, seconds),
                    bad == 0 ? "" : String.format(Locale.ROOT, "; %,d bad lines left out", bad));
        }
    }

    /** @param badLines where lines go that cannot be sent; empty to stop at the first of them */
    Publisher(
            Producer<byte[], byte[]> producer,
            LineReader reader,
            Target target,
            Optional<OutputStream> badLines,
            Pace pace,
            Progress progress) {
        this.producer = producer;
        this.reader = reader;
        this.target = target;
        this.badLines = badLines;
        this.pace = pace;
        this.progress = progress;
    }

    /**
     * Sends all lines from one on, and returns when every one is acknowledged.
     *
     * @throws OpsException if one could not be sent; it says which lines have arrived and how to go on
     */
    Summary publish(Lines lines, long fromLine) throws IOException {
        for (Optional<byte[]> line = lines.next(); line.isPresent(); line = lines.next()) {
            if (lines.number() >= fromLine && !isBlank(line.get())) {
                send(line.get(), lines.number());
                progress.update(acknowledgements.count(), lines.bytesRead(), lines.totalBytes());
            }
            if (acknowledgements.failure().isPresent()) {
                break;
            }
        }
        producer.flush();
        progress.end(acknowledgements.count(), lines.bytesRead(), lines.totalBytes());
        if (acknowledgements.failure().isPresent()) {
            throw stopped(
                    "line " + acknowledgements.failedLine() + " was not accepted: "
                            + acknowledgements.failure().get().getMessage(),
                    acknowledgements.firstOpen().orElseThrow());
        }
        return new Summary(acknowledgements.count(), bad, (System.nanoTime() - startNanos) / 1e9);
    }

    private void send(byte[] line, long number) throws IOException {
        LineReader.Found found;
        try {
            found = reader.read(line);
        } catch (LineReader.BadLineException e) {
            leaveOut(line, number, e.getMessage());
            return;
        }
        pace.await();
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(target.topic, null, found.timestampMs().orElse(null), found.key(), line);
        target.backfill.ifPresent(name -> record.headers().add(target.headerName, name));
        acknowledgements.sending(number);
        try {
            var unused = producer.send(record, (metadata, failure) -> acknowledgements.answered(number, failure));
        } catch (RuntimeException e) {
            acknowledgements.answered(number, e);
        }
    }

    private void leaveOut(byte[] line, long number, String problem) throws IOException {
        if (badLines.isEmpty()) {
            producer.flush();
            throw stopped(
                    "line " + number + " " + problem,
                    acknowledgements.firstOpen().orElse(number));
        }
        bad++;
        badLines.get().write(line);
        badLines.get().write('\n');
    }

    private OpsException stopped(String problem, long goOn) {
        return new OpsException(String.format(
                Locale.ROOT,
                "%s; %,d lines have arrived, go on with --from-line %d",
                problem,
                acknowledgements.count(),
                goOn));
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
