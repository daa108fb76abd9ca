package io.sidetrack.writer.thread;

import java.util.function.LongConsumer;

/** A Streams task that reads one partition of the lane. Compared by identity: a partition may be reopened as a new task. */
public final class LaneTask {
    private final String topic;
    private final int partition;
    private final Runnable commitRequest;
    private final LongConsumer onDurable;
    /** Written by the stream thread, read by any. */
    private volatile long acceptedOffset = -1;

    /** @param commitRequest requests an early commit of this task; called on any thread */
    public LaneTask(String topic, int partition, Runnable commitRequest) {
        this(topic, partition, commitRequest, next -> {});
    }

    /**
     * @param commitRequest requests an early commit of this task; called on any thread
     * @param onDurable called before a commit, on the stream thread, with the offset after the last accepted record, when every
     *     accepted record is finished
     */
    public LaneTask(String topic, int partition, Runnable commitRequest, LongConsumer onDurable) {
        this.topic = topic;
        this.partition = partition;
        this.commitRequest = commitRequest;
        this.onDurable = onDurable;
    }

    String topic() {
        return topic;
    }

    int partition() {
        return partition;
    }

    void requestCommit() {
        commitRequest.run();
    }

    void durable() {
        onDurable.accept(acceptedOffset + 1);
    }

    void accepted(long offset) {
        acceptedOffset = offset;
    }

    /** The offset of the last record that the buffer accepted; -1 before the first. */
    long acceptedOffset() {
        return acceptedOffset;
    }
}
