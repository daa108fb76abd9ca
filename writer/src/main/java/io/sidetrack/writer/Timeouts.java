package io.sidetrack.writer;

import io.sidetrack.common.lane.Lane;
import io.sidetrack.common.service.StreamsSettings;
import io.sidetrack.writer.parked.ParkedProducer;
import io.sidetrack.writer.thread.WaitLimits;
import java.time.Duration;

/**
 * The time limits that follow from the settings, from the consumer group's timeouts and from the table's.
 *
 * @param drain the time that a commit on the interval may wait
 * @param session {@code session.timeout.ms}, after which the group removes a silent member
 * @param maxPoll {@code max.poll.interval.ms}, after which a member that does not poll leaves the group
 * @param maxOutcomeTime the longest time until a batch, or a record that was passed to the parked topic, has its outcome
 */
record Timeouts(Duration drain, Duration session, Duration maxPoll, Duration maxOutcomeTime) {
    private static final Duration ROOM_WAIT = Duration.ofMillis(500);
    private static final Duration MIN_QUARANTINE = Duration.ofSeconds(3);
    private static final int PULSES_PER_SESSION = 20;

    /** @param maxWriteTime the longest time until a batch that was sent to the table has its outcome */
    static Timeouts of(WriterConfig config, Duration maxWriteTime) {
        return new Timeouts(
                config.settings().drainTimeout(),
                StreamsSettings.sessionTimeout(config.streams()),
                StreamsSettings.maxPollInterval(config.streams()),
                config.settings().guard().lane() == Lane.BACKFILL
                        ? longer(maxWriteTime, ParkedProducer.MAX_SEND_TIME)
                        : maxWriteTime);
    }

    /** How long a stream thread waits. Its waits between two polls must end well within {@code max.poll.interval.ms}. */
    WaitLimits waitLimits() {
        return new WaitLimits(
                ROOM_WAIT,
                shorter(drain, maxPoll.dividedBy(4)),
                maxPoll.multipliedBy(8).dividedBy(10),
                maxOutcomeTime);
    }

    /** The interval at which the freeze watch checks that the process runs. */
    Duration pulse() {
        return session.dividedBy(PULSES_PER_SESSION);
    }

    /** The length of a freeze after which the process may have lost its partitions. */
    Duration freeze() {
        return session.dividedBy(2);
    }

    /**
     * The time after a freeze in which nothing is sent. Long enough for every stream thread to poll: a thread that closes
     * tasks first waits for the outcomes of their batches.
     */
    Duration quarantine() {
        return longer(longer(session.dividedBy(4), MIN_QUARANTINE), shorter(maxOutcomeTime, session));
    }

    static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }
}
