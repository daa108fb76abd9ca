package io.sidetrack.router;

import io.sidetrack.common.topic.TopicFacts;

/** The topics of a router as the cluster describes them. */
record RouterTopics(TopicFacts source, TopicFacts live, TopicFacts backfill, TopicFacts deadLetters) {
    private static final int HEADROOM = 64 * 1024;
    /**
     * A record can be many times larger than the batch that it came in, if that was compressed; the producer looks at the
     * record, a topic's {@code max.message.bytes} at the batch.
     */
    static final int LEAST_REQUEST_BYTES = 32 * 1024 * 1024;

    /** What the producer must be able to send, in bytes: as much as the source can hold, and never less than 32 MB. */
    int maxRequestBytes() {
        return (int)
                Math.max(LEAST_REQUEST_BYTES, Math.min(Integer.MAX_VALUE, (long) source.maxMessageBytes() + HEADROOM));
    }
}
