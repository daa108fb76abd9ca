package io.sidetrack.common.status;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/** A service publishes what it has counted, and works the same if it cannot. */
class StatusPublisherTest {
    private static final TopicPartition PARTITION = new TopicPartition("status", 0);

    private final BackfillTally tally = new BackfillTally(Clock.systemUTC());
    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
    private final MockProducer<byte[], byte[]> producer = producer(true);
    private int opened;

    private static MockProducer<byte[], byte[]> producer(boolean completes) {
        return new MockProducer<>(completes, null, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private StatusPublisher publisher(BackfillTally of, MockProducer<byte[], byte[]> to) {
        return new StatusPublisher(
                of,
                new StatusKey(StatusKey.WRITER, "g", "lane", 0),
                "status",
                () -> {
                    opened++;
                    return consumer;
                },
                () -> to);
    }

    private void createTopic() {
        Node node = new Node(0, "localhost", 1);
        consumer.updatePartitions(
                "status", List.of(new PartitionInfo("status", 0, node, new Node[] {node}, new Node[] {node})));
        consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
        consumer.updateEndOffsets(Map.of(PARTITION, 0L));
    }

    private static PartitionTally count(BackfillTally tally, long from, long to) {
        PartitionTally one = tally.open(3);
        one.begin(from);
        one.add("a", BackfillOutcome.WRITTEN, to - from);
        one.committed(to);
        return one;
    }

    private static StatusEntry entry(ProducerRecord<byte[], byte[]> record) {
        return StatusJson.entry(new ConsumerRecord<>("status", 0, 0, record.key(), record.value()))
                .orElseThrow();
    }

    @Test
    void publishesWhatHasChangedAndTheNextProcessContinues() {
        createTopic();
        StatusPublisher publisher = publisher(tally, producer);
        publisher.tick();
        assertThat(opened)
                .as("a service without named backfills has no clients")
                .isZero();
        PartitionTally counted = count(tally, 0, 10);
        publisher.tick();
        publisher.tick();
        tally.close(counted, true);
        publisher.tick();
        publisher.tick();
        assertThat(producer.history()).hasSize(2);
        assertThat(entry(producer.history().get(1)).closed()).isTrue();
        assertThat(tally.owned()).as("closed tasks are forgotten").isEmpty();

        long offset = 0;
        for (ProducerRecord<byte[], byte[]> record : producer.history()) {
            consumer.addRecord(new ConsumerRecord<>("status", 0, offset++, record.key(), record.value()));
        }
        consumer.addRecord(new ConsumerRecord<>("status", 0, offset++, new byte[] {'{'}, new byte[] {'x'}));
        consumer.updateEndOffsets(Map.of(PARTITION, offset));
        BackfillTally other = new BackfillTally(Clock.systemUTC());
        count(other, 10, 15);
        publisher(other, producer).tick();
        StatusEntry last = entry(producer.history().get(2));
        assertThat(last.names().get("a").records()).isEqualTo(Map.of(BackfillOutcome.WRITTEN, 15L));
        assertThat(last.uncertain()).isZero();
    }

    @Test
    void withoutTheTopicNothingIsPublishedUntilItExists() {
        StatusPublisher publisher = publisher(tally, producer);
        tally.close(count(tally, 0, 1), true);
        PartitionTally counted = count(tally, 1, 2);
        publisher.tick();
        assertThat(producer.history()).isEmpty();
        assertThat(tally.owned()).as("memory is bounded").hasSize(1);
        createTopic();
        counted.add("a", BackfillOutcome.WRITTEN, 1);
        counted.committed(3);
        publisher.tick();
        assertThat(producer.history()).hasSize(1);
    }

    @Test
    void withoutPermissionItGivesUp() {
        createTopic();
        consumer.updateEndOffsets(Map.of(PARTITION, 1L));
        consumer.schedulePollTask(() -> consumer.setPollException(new TopicAuthorizationException("status")));
        StatusPublisher publisher = publisher(tally, producer);
        PartitionTally counted = count(tally, 0, 1);
        publisher.tick();
        assertThat(consumer.closed()).isTrue();
        tally.close(counted, true);
        publisher.tick();
        assertThat(opened).isEqualTo(1);
        assertThat(producer.history()).isEmpty();
        assertThat(tally.owned()).isEmpty();
    }

    @Test
    void topicThatCannotBeUsedForAWhileIsReportedOnceAndTriedAgain() {
        createTopic();
        Logger logger = (Logger) LoggerFactory.getLogger(StatusPublisher.class);
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        logger.addAppender(lines);
        logger.setLevel(Level.INFO);
        try {
            StatusPublisher publisher = publisher(tally, producer);
            count(tally, 0, 1);
            for (int i = 0; i < 3; i++) {
                consumer.setOffsetsException(new TimeoutException("no leader"));
                publisher.tick();
            }
            assertThat(producer.history()).isEmpty();
            publisher.tick();
            assertThat(producer.history()).hasSize(1);
        } finally {
            logger.setLevel(null);
            logger.detachAppender(lines);
        }
        assertThat(lines.list).singleElement().satisfies(line -> assertThat(line.getFormattedMessage())
                .startsWith("status topic status: no leader;"));
    }

    @Test
    @Timeout(20)
    void closingDoesNotWaitForABrokerThatDoesNotAnswer() {
        createTopic();
        MockProducer<byte[], byte[]> silent = producer(false);
        StatusPublisher publisher = publisher(tally, silent);
        publisher.start();
        count(tally, 0, 1);
        long start = System.nanoTime();
        while (silent.history().isEmpty()) {
            Thread.onSpinWait();
        }
        publisher.close();
        publisher.close();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
        assertThat(silent.completeNext()).isTrue();
    }
}
