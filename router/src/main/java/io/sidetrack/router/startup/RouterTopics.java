package io.sidetrack.router.startup;

import io.sidetrack.common.topic.TopicFacts;

/**
 * The topics of a router as the cluster describes them.
 *
 * @param parked if it does not exist yet, or may not be described, like the backfill lane
 */
public record RouterTopics(
        TopicFacts source, TopicFacts live, TopicFacts backfill, TopicFacts parked, TopicFacts deadLetters) {
    private static final int HEADROOM = 64 * 1024;
    /**
     * A record can be many times larger than the compressed batch that it came in. The producer checks the size of the record,
     * and a topic's {@code max.message.bytes} limits the batch.
     */
    public static final int LEAST_REQUEST_BYTES = 32 * 1024 * 1024;

    /** The size of the largest record that the producer must be able to send: what the source can hold, but at least 32 MB. */
    public int maxRequestBytes() {
        return (int)
                Math.max(LEAST_REQUEST_BYTES, Math.min(Integer.MAX_VALUE, (long) source.maxMessageBytes() + HEADROOM));
    }
}
