package io.sidetrack.common.service;

import io.sidetrack.common.http.Health;
import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.common.Metric;
import org.apache.kafka.streams.KafkaStreams;

/**
 * The health of a Streams client. The process is not live if the client has ended, or if a thread has not polled for longer than
 * the group allows. A rebalance, a paused topology or an unreachable table is not a reason to restart it.
 */
public final class StreamsHealth implements Health {
    private final KafkaStreams streams;
    private final Duration maxPollInterval;

    /** @param maxPollInterval the consumers' {@code max.poll.interval.ms}, after which the group removes a member */
    public StreamsHealth(KafkaStreams streams, Duration maxPollInterval) {
        this.streams = streams;
        this.maxPollInterval = maxPollInterval;
    }

    @Override
    public Optional<String> notLive() {
        KafkaStreams.State state = streams.state();
        if (state == KafkaStreams.State.ERROR
                || state == KafkaStreams.State.PENDING_ERROR
                || state == KafkaStreams.State.NOT_RUNNING) {
            return Optional.of("the Streams client is in state " + state);
        }
        return stuckThread();
    }

    private Optional<String> stuckThread() {
        return streams.metrics().values().stream()
                .filter(metric -> metric.metricName().name().equals("last-poll-seconds-ago"))
                .filter(metric -> secondsOf(metric) > maxPollInterval.toSeconds())
                .findFirst()
                .map(metric -> "consumer %s has not polled for %.0f s, more than max.poll.interval.ms allows"
                        .formatted(metric.metricName().tags().get("client-id"), secondsOf(metric)));
    }

    private static double secondsOf(Metric metric) {
        return metric.metricValue() instanceof Number seconds ? seconds.doubleValue() : 0;
    }

    @Override
    public Optional<String> notReady() {
        KafkaStreams.State state = streams.state();
        return state == KafkaStreams.State.RUNNING
                ? Optional.empty()
                : Optional.of("the Streams client is in state " + state);
    }
}
