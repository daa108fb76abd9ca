package io.sidetrack.common.control;

import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The changes of an operator's settings for the writers of one group. The topic need not exist yet. An invalid record is skipped
 * with a warning. Used by one thread.
 */
public final class SteeringFeed implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(SteeringFeed.class);

    private final ControlReader reader;
    private final String name;
    private final Runnable onRejected;
    /** The records that were read but not returned, because the topic could not be read to its end. */
    private LastValidValue<Steering> newest;

    SteeringFeed(ControlReader reader, String name, Runnable onRejected) {
        this.reader = reader;
        this.name = name;
        this.onRejected = onRejected;
        this.newest = nothing();
    }

    /**
     * Waits for a change.
     *
     * @param limit how long to wait
     * @return the newest valid settings, if they have not been returned before
     * @throws org.apache.kafka.common.KafkaException if the topic cannot be read at the moment; call again
     */
    public Optional<Steering> next(Duration limit) {
        reader.read(limit, newest::add);
        LastValidValue<Steering> found = newest;
        newest = nothing();
        found.warnIfSkipped(log);
        return found.get();
    }

    private LastValidValue<Steering> nothing() {
        return new LastValidValue<>(name, Steering.class, Steering.NONE, onRejected);
    }

    @Override
    public void close() {
        reader.close();
    }
}
