package io.sidetrack.router.placement;

import io.sidetrack.common.topic.TopicFacts;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.common.header.Headers;

/**
 * The limits of a topic, kept up to date while the router runs. Before a record is refused, the topic is looked up again unless
 * that has just been done, so a changed limit applies to this record and to later ones. Thread-safe.
 */
public final class CurrentLimits {
    /** A lookup takes a few ms, and one record that is too large is often followed by others. */
    private static final long LOOKUP_INTERVAL_MS = Duration.ofSeconds(10).toMillis();
    /** Shorter, because the known limits are wrong, and each further rejected record costs a transaction. */
    private static final long LOOKUP_INTERVAL_REJECTED_MS =
            Duration.ofSeconds(1).toMillis();

    private final String topic;
    private final Function<TopicFacts, LaneLimits> limitsOf;
    private final TopicLookup lookup;
    private volatile LaneLimits limits;
    /** When the topic was last looked up, by the callers' clock; guarded by this. */
    private long lookedUpMs = Long.MIN_VALUE;

    /**
     * @param topic the topic as described at start-up
     * @param limitsOf derives the limits from the topic's facts
     */
    public CurrentLimits(TopicFacts topic, Function<TopicFacts, LaneLimits> limitsOf, TopicLookup lookup) {
        this.topic = topic.name();
        this.limitsOf = limitsOf;
        this.lookup = lookup;
        this.limits = limitsOf.apply(topic);
    }

    /** Why the topic would refuse a record; empty if it accepts it. */
    public Optional<Refusal> refusal(byte[] key, byte[] value, Headers headers, long nowMs) {
        Optional<Refusal> refusal = limits.refusal(key, value, headers);
        if (refusal.isEmpty()) {
            return refusal;
        }
        lookUp(nowMs, LOOKUP_INTERVAL_MS);
        return limits.refusal(key, value, headers);
    }

    /** Reports that the topic has rejected a record that these limits permit. */
    public void rejected(long nowMs) {
        lookUp(nowMs, LOOKUP_INTERVAL_REJECTED_MS);
    }

    private synchronized void lookUp(long nowMs, long intervalMs) {
        // Written so that a clock that is set back does not delay the next lookup.
        if (lookedUpMs <= nowMs && nowMs < lookedUpMs + intervalMs) {
            return;
        }
        lookedUpMs = nowMs;
        lookup.facts(topic).map(limitsOf).ifPresent(now -> limits = now);
    }
}
