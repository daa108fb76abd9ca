package io.sidetrack.common.control;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.errors.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The changes of an operator's settings for the named backfills of one lane. The topic need not exist yet. An invalid record is
 * skipped with a warning. Used by one thread.
 */
public final class BackfillFeed implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(BackfillFeed.class);

    private final ControlReader reader;
    private final BackfillSettings settings;

    BackfillFeed(ControlReader reader, BackfillSettings settings) {
        this.reader = reader;
        this.settings = settings;
    }

    /**
     * Waits for a change.
     *
     * @param limit how long to wait
     * @return the settings of all named backfills that have one, if one has changed since the last call
     * @throws org.apache.kafka.common.KafkaException if the topic cannot be read at the moment; call again
     */
    public Optional<Map<String, NamedBackfill>> next(Duration limit) {
        return reader.read(limit, settings::add) ? changed() : Optional.empty();
    }

    /**
     * Reads the settings as they are at the time of the call: what any other service has read before is included.
     *
     * @return the settings of all named backfills that have one, if one has changed since the last call
     * @throws org.apache.kafka.common.KafkaException if the topic cannot be read at the moment; call again
     */
    public Optional<Map<String, NamedBackfill>> current() {
        if (!reader.readPresent(settings::add)) {
            throw new TimeoutException("the end of the control topic was not reached");
        }
        return changed();
    }

    private Optional<Map<String, NamedBackfill>> changed() {
        if (!settings.takeChanged()) {
            return Optional.empty();
        }
        settings.warnIfSkipped(log);
        return Optional.of(settings.get());
    }

    @Override
    public void close() {
        reader.close();
    }
}
