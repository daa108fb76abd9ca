package io.sidetrack.common.poll;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;

/**
 * The records that a stream thread has polled and not processed. Its consumer adds each poll, and the processors of its tasks
 * report their progress. A poll counts until all of its records are processed or their tasks are closed. The next owner of such
 * a partition reads its records again.
 *
 * <p>Used on the stream thread only. The tasks of a thread read different partitions of one topic.
 */
public final class UnprocessedRecords {
    @SuppressWarnings("ThreadLocalUsage") // A consumer and its processors meet only in their thread.
    private static final ThreadLocal<UnprocessedRecords> OF_THREAD = ThreadLocal.withInitial(UnprocessedRecords::new);

    private final Map<Integer, OpenPartition> open = new HashMap<>();
    private final List<Poll> polls = new ArrayList<>();

    UnprocessedRecords() {}

    /** The instance of the calling stream thread. */
    public static UnprocessedRecords ofThisThread() {
        return OF_THREAD.get();
    }

    /** Opens a partition for a task of this thread. */
    public OpenPartition open(int partition) {
        OpenPartition opened = new OpenPartition(partition);
        OpenPartition former = open.put(partition, opened);
        if (former != null) {
            former.closed = true;
        }
        return opened;
    }

    /** The progress of a task in its partition. */
    public final class OpenPartition implements AutoCloseable {
        private final int partition;
        private long processedOffset = -1;
        private boolean closed;

        private OpenPartition(int partition) {
            this.partition = partition;
        }

        /** Reports that all records up to this offset are processed. */
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

    /** Adds the records of a poll. */
    void polled(ConsumerRecords<byte[], byte[]> records, long bytes) {
        List<Part> parts = new ArrayList<>();
        for (TopicPartition partition : records.partitions()) {
            // Streams pauses a partition until its task is open. Records that arrive earlier are not counted.
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

    /** The memory of the unprocessed records, in bytes. */
    long bytes() {
        polls.removeIf(poll -> !poll.isUnprocessed());
        return polls.stream().mapToLong(Poll::bytes).sum();
    }
}
