package io.sidetrack.writer.parked;

import io.sidetrack.common.settings.KafkaProperties;
import io.sidetrack.common.topic.ParkedMisfit;
import io.sidetrack.common.topic.TopicDirectory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Requires that the parked topic exists and has a partition for each of the lane, before a producer looks for it. A producer's look
 * makes a broker with {@code auto.create.topics.enable}, Kafka's default, create a missing topic: with as few partitions as the
 * broker likes, and with a retention after which parked records are deleted.
 */
public final class ParkedTopicFit {
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final KafkaProperties kafka;
    private final String lane;
    private final String parked;

    /**
     * @param lane the backfill lane
     * @param parked the parked topic
     */
    public ParkedTopicFit(KafkaProperties kafka, String lane, String parked) {
        this.kafka = kafka;
        this.lane = lane;
        this.parked = parked;
    }

    /** The topic cannot take the records of the lane at present. The message is the end of a sentence that begins with the topic. */
    static final class UnfitException extends KafkaException {
        private static final long serialVersionUID = 1L;

        private final String remedy;

        UnfitException(ParkedMisfit misfit) {
            super(misfit.text());
            this.remedy = misfit.remedy();
        }

        /** What to do, without a capital letter and a full stop. */
        String remedy() {
            return remedy;
        }
    }

    /**
     * Returns if the topic fits.
     *
     * @throws UnfitException if it does not
     * @throws RuntimeException if that is unknown, because the cluster does not respond or denies it
     */
    public void require() {
        Admin admin = TopicDirectory.open(kafka, LIMIT);
        try {
            Map<String, KafkaFuture<TopicDescription>> topics = admin.describeTopics(
                            List.of(lane, parked), new DescribeTopicsOptions().timeoutMs((int) LIMIT.toMillis()))
                    .topicNameValues();
            // In a topic with more partitions, each record has its place.
            ParkedMisfit.ofPartitions(partitions(topics.get(parked)), lane, partitions(topics.get(lane)))
                    .filter(ParkedMisfit::leavesNoPlace)
                    .ifPresent(misfit -> {
                        throw new UnfitException(misfit);
                    });
        } finally {
            admin.close(Duration.ZERO);
        }
    }

    private static OptionalInt partitions(KafkaFuture<TopicDescription> topic) {
        try {
            return OptionalInt.of(topic.get().partitions().size());
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return OptionalInt.empty();
            }
            throw e.getCause() instanceof KafkaException failure ? failure : new KafkaException(e.getCause());
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }
}
