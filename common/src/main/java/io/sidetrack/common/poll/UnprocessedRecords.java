package io.sidetrack.common.poll;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;

/**
 * What a stream thread has polled and not processed yet. Its consumer adds each poll, and the processors of its tasks report
 * what they have processed. A poll counts until all of its records are processed, or the tasks that had them are closed:
 * their records are read again by whoever opens the partition next.
 *
 * <p>Used on the stream thread only. The tasks of a thread read different partitions of one topic.
 */
public final class UnprocessedRecords {
    @SuppressWarnings("ThreadLocalUsage") // A consumer and its processors meet only in their thread.
    private static final ThreadLocal<UnprocessedRecords> OF_THREAD = ThreadLocal.withInitial(UnprocessedRecords::new);

    private final Map<Integer, OpenPartition> open = new HashMap<>();
    private final List<Poll> polls = new ArrayList<>();

    UnprocessedRecords() {}

    /** Those of the calling stream thread. */
    public static UnprocessedRecords ofThisThread() {
        return OF_THREAD.get();
    }

    /** A task of this thread begins to process a partition. */
    public OpenPartition open(int partition) {
        OpenPartition opened = new OpenPartition(partition);
        OpenPartition former = open.put(partition, opened);
        if (former != null) {
            former.closed = true;
        }
        return opened;
    }

    /** The partition of a task. */
    public final class OpenPartition implements AutoCloseable {
        private final int partition;
        private long processedOffset = -1;
        private boolean closed;

        private OpenPartition(int partition) {
            this.partition = partition;
        }

        /** All records up to this offset are processed. */
        public void processed(long offset) {
            processedOffset = offset;
        }

        @Override
        public void close() {
            closed = true;
            open.remove(partition, this);
        }
    }

    private record Poll(long bytes, List<Part> parts) {
        boolean isUnprocessed() {
            return parts.stream().anyMatch(Part::isUnprocessed);
        }
    }

    private record Part(OpenPartition partition, long lastOffset) {
        boolean isUnprocessed() {
            return !partition.closed && partition.processedOffset < lastOffset;
        }
    }

    /** A poll has returned these records, none of which is processed. */
    void polled(ConsumerRecords<byte[], byte[]> records, long bytes) {
        List<Part> parts = new ArrayList<>();
        for (TopicPartition partition : records.partitions()) {
            // Streams pauses a partition until its task is open; a record that comes before is not counted.
            OpenPartition of = open.get(partition.partition());
            if (of != null) {
                List<ConsumerRecord<byte[], byte[]>> polled = records.records(partition);
                parts.add(new Part(of, polled.get(polled.size() - 1).offset()));
            }
        }
        if (!parts.isEmpty()) {
            polls.add(new Poll(bytes, parts));
        }
    }

    /** What the unprocessed records hold in memory, in bytes. */
    long bytes() {
        polls.removeIf(poll -> !poll.isUnprocessed());
        return polls.stream().mapToLong(Poll::bytes).sum();
    }
}
