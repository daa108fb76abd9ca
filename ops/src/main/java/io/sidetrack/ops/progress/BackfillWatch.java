package io.sidetrack.ops.progress;

import io.sidetrack.common.control.NamedBackfill;
import io.sidetrack.common.settings.KafkaProperties;
import io.sidetrack.common.status.StatusKey;
import io.sidetrack.common.status.StatusReader;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.KafkaException;

/** Follows the counts that services publish. If they cannot be read, there is one note, and progress goes on without them. Not thread-safe. */
final class BackfillWatch implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final String topic;
    private final StatusReader reader;
    private final PrintWriter err;
    private final Clock clock;
    private boolean noted;

    private BackfillWatch(String topic, StatusReader reader, PrintWriter err, Clock clock) {
        this.topic = topic;
        this.reader = reader;
        this.err = err;
        this.clock = clock;
    }

    /**
     * Opens the topic.
     *
     * @param topic the status topic, which need not exist
     * @param services the routers of the source, and the writers of the backfill lane
     * @param err for the note
     */
    static BackfillWatch open(
            KafkaProperties client, String topic, Set<StatusKey> services, PrintWriter err, Clock clock) {
        return new BackfillWatch(topic, StatusReader.open(client, topic, services, TIMEOUT), err, clock);
    }

    /** The progress now. */
    Backfills read(Map<String, NamedBackfill> settings) {
        try {
            if (!reader.read() && !settings.isEmpty()) {
                note("does not exist", "; `sidetrack provision` creates it");
            }
        } catch (KafkaException e) {
            note("cannot be read (" + e.getMessage() + ")", "");
        }
        PublishedCounts counts = PublishedCounts.of(reader, clock.millis());
        List<BackfillProgress> all = counts.progress(settings);
        return new Backfills(all, counts.uncertain(), clock.millis());
    }

    private void note(String problem, String remedy) {
        if (!noted) {
            noted = true;
            err.println("sidetrack: note: status topic %s %s, so backfills are shown without counts%s"
                    .formatted(topic, problem, remedy));
            err.flush();
        }
    }

    @Override
    public void close() {
        reader.close();
    }
}
