package io.sidetrack.writer;

import io.sidetrack.common.control.ControlTopic;
import io.sidetrack.common.control.SteeringFeed;
import io.sidetrack.common.thread.Daemons;
import io.sidetrack.writer.settings.WriterSettings;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Reads an operator's commands from the control topic, on its own thread. */
final class ControlTopicFollower implements AutoCloseable {
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);

    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(Daemons.named("operator"));
    private final SteeringFeed feed;

    private ControlTopicFollower(SteeringFeed feed) {
        this.feed = feed;
    }

    /**
     * Applies the operator's last command before the first record is read, and then each new one.
     *
     * @param onRejected called for each invalid record of this writer's group
     */
    static ControlTopicFollower follow(WriterConfig config, OperatorControl control, Runnable onRejected) {
        WriterSettings settings = config.settings();
        ControlTopic topic = new ControlTopic(settings.controlTopic(), config.kafka(), WriterChecks.CLUSTER_LIMIT)
                .with(settings.unreadableControlTopic());
        control.apply(topic.steering(settings.applicationId()));
        ControlTopicFollower follower = new ControlTopicFollower(topic.follow(settings.applicationId(), onRejected));
        var unused = follower.thread.scheduleWithFixedDelay(() -> control.poll(follower.feed), 1, 1, TimeUnit.SECONDS);
        return follower;
    }

    /** Closes the feed once its thread has ended, because a Kafka consumer can be used by only one thread at a time. */
    @Override
    public void close() {
        thread.shutdown();
        try {
            if (thread.awaitTermination(CLOSE_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                feed.close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
