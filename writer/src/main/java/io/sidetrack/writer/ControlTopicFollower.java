package io.sidetrack.writer;

import io.sidetrack.common.control.ControlTopic;
import io.sidetrack.common.control.SteeringFeed;
import io.sidetrack.common.settings.KafkaProperties;
import io.sidetrack.common.thread.Daemons;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Follows what an operator wants of this writer, on a thread of its own. */
final class ControlTopicFollower implements AutoCloseable {
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);

    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(Daemons.named("operator"));
    private final SteeringFeed feed;

    private ControlTopicFollower(SteeringFeed feed) {
        this.feed = feed;
    }

    /** Applies what an operator has set before, so that it counts from the first record on, and follows changes. */
    static ControlTopicFollower follow(
            WriterSettings settings, KafkaProperties kafka, OperatorControl steered, Runnable onRejected) {
        ControlTopic topic = new ControlTopic(settings.controlTopic(), kafka, WriterMain.CLUSTER_PATIENCE)
                .with(settings.unreadableControlTopic());
        steered.apply(topic.steering(settings.applicationId()));
        ControlTopicFollower control = new ControlTopicFollower(topic.follow(settings.applicationId(), onRejected));
        var unused = control.thread.scheduleWithFixedDelay(() -> steered.look(control.feed), 1, 1, TimeUnit.SECONDS);
        return control;
    }

    /** Closes the feed once its thread has ended, because a consumer serves only one thread at a time. */
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
