package io.sidetrack.router.placement;

import io.sidetrack.common.topic.TopicFacts;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.common.header.Headers;

/**
 * What a topic does not take, following changes of its configuration. Before a record is refused for its size, the topic is
 * looked up again, if that was not done just before: a limit that was raised, or lowered while the router runs, then counts
 * for this record and for those behind it. Thread-safe.
 */
public final class CurrentLimits {
    /** A lookup takes a few ms, and where one record is too large there may be many. */
    private static final long LOOKUP_INTERVAL_MS = Duration.ofSeconds(10).toMillis();
    /** What is known is wrong, and each further record that is rejected costs a transaction. */
    private static final long LOOKUP_INTERVAL_REJECTED_MS =
            Duration.ofSeconds(1).toMillis();

    private final String topic;
    private final Function<TopicFacts, LaneLimits> limitsOf;
    private final TopicLookup lookup;
    private volatile LaneLimits limits;
    /** When the topic was last looked up, by the callers' clock; guarded by this. */
    private long lookedUpMs = Long.MIN_VALUE;

    /**
     * @param topic as it was described at the start
     * @param limitsOf what a topic does not take
     */
    public CurrentLimits(TopicFacts topic, Function<TopicFacts, LaneLimits> limitsOf, TopicLookup lookup) {
        this.topic = topic.name();
        this.limitsOf = limitsOf;
        this.lookup = lookup;
        this.limits = limitsOf.apply(topic);
    }

    /** Why the topic would refuse a record; empty if it takes it. */
    public Optional<Refusal> refusal(byte[] key, byte[] value, Headers headers, long nowMs) {
        Optional<Refusal> refusal = limits.refusal(key, value, headers);
        if (refusal.isEmpty()) {
            return refusal;
        }
        lookUp(nowMs, LOOKUP_INTERVAL_MS);
        return limits.refusal(key, value, headers);
    }

    /** The topic has rejected a record that it was thought to take. */
    public void rejected(long nowMs) {
        lookUp(nowMs, LOOKUP_INTERVAL_REJECTED_MS);
    }

    private synchronized void lookUp(long nowMs, long intervalMs) {
        // Written so that a clock that was set back does not put the next lookup off.
        if (lookedUpMs <= nowMs && nowMs < lookedUpMs + intervalMs) {
            return;
        }
        lookedUpMs = nowMs;
        lookup.facts(topic).map(limitsOf).ifPresent(now -> limits = now);
    }
}
