package io.sidetrack.common.control;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Whatever the control topic contains, a running writer continues and follows the next valid record. */
class SteeringFeedTest {
    private static final TopicPartition PARTITION = new TopicPartition("control", 0);
    private static final String KEY = "writer/g";
    private static final Duration NONE = Duration.ZERO;

    private int rejected;
    private final Logger logger = (Logger) LoggerFactory.getLogger(SteeringFeed.class);
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");
    private final SteeringFeed feed = new SteeringFeed(
            new ControlReader(consumer, "control", Duration.ofSeconds(1), () -> {}, System::nanoTime),
            KEY,
            () -> rejected++);
    private long end;

    @BeforeEach
    void createTheTopic() {
        logger.setLevel(Level.WARN);
        Node node = new Node(0, "localhost", 1);
        consumer.updatePartitions(
                "control", List.of(new PartitionInfo("control", 0, node, new Node[] {node}, new Node[] {node})));
        consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
        logger.setAdditive(false);
        lines.start();
        logger.addAppender(lines);
        assertThat(feed.next(NONE)).isEmpty();
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(lines);
    }

    private void arrives(String key, byte[] value) {
        consumer.addRecord(new ConsumerRecord<>("control", 0, end++, key == null ? null : key.getBytes(UTF_8), value));
    }

    private void arrives(String value) {
        arrives(KEY, value.getBytes(UTF_8));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "x",
                "[]",
                "7",
                "\"paused\"",
                "{}",
                "{\"paused\":true}",
                "{\"paused\":null,\"writeUnits\":1,\"setAtMs\":1}",
                "{\"paused\":\"true\",\"writeUnits\":1,\"setAtMs\":1}",
                "{\"paused\":1,\"writeUnits\":1,\"setAtMs\":1}",
                "{\"paused\":true,\"writeUnits\":\"1\",\"setAtMs\":1}",
                "{\"paused\":true,\"writeUnits\":1.5,\"setAtMs\":1}",
                "{\"paused\":true,\"writeUnits\":null,\"setAtMs\":1}",
                "{\"paused\":true,\"writeUnits\":-1,\"setAtMs\":1}",
                "{\"paused\":true,\"writeUnits\":99999999999,\"setAtMs\":1}",
                "{\"paused\":true,\"writeUnits\":1,\"setAtMs\":-1}",
                "{\"paused\":true,\"writeUnits\":1,\"setAtMs\":1} x",
            })
    void invalidRecordIsSkippedWithItsPositionInAWarning(String invalid) {
        arrives("{\"paused\":true,\"writeUnits\":5,\"setAtMs\":1}");
        arrives(invalid);
        assertThat(feed.next(NONE)).as("the last valid settings").contains(new Steering(true, 5, 1));
        assertThat(lines.list).singleElement().satisfies(line -> {
            assertThat(line.getLevel()).isEqualTo(Level.WARN);
            assertThat(line.getFormattedMessage())
                    .startsWith("control topic control, partition 0, offset 1: not a valid record for writer/g");
        });

        arrives(invalid);
        assertThat(feed.next(NONE)).isEmpty();
        assertThat(rejected).isEqualTo(2);
        arrives("{\"paused\":false,\"writeUnits\":6,\"setAtMs\":2}");
        assertThat(feed.next(NONE)).as("the next valid record").contains(new Steering(false, 6, 2));
    }

    @Test
    void invalidUtf8AndDeepNestingAreSkipped() {
        arrives(KEY, new byte[] {(byte) 0xff, (byte) 0xfe, 0});
        arrives("{\"a\":" + "[".repeat(100_000));
        arrives("[".repeat(100_000));
        assertThat(feed.next(NONE)).isEmpty();
        assertThat(lines.list).hasSize(1);
    }

    @Test
    void invalidRecordBeforeAValidOneCausesNoWarning() {
        arrives("x");
        arrives("{\"paused\":true,\"writeUnits\":5,\"setAtMs\":1}");
        assertThat(feed.next(NONE)).contains(new Steering(true, 5, 1));
        assertThat(lines.list).isEmpty();
    }

    @Test
    void otherKeysAreIgnoredAndATombstoneRestoresTheDefault() {
        arrives("writer/other", "x".getBytes(UTF_8));
        arrives(null, "x".getBytes(UTF_8));
        assertThat(feed.next(NONE)).isEmpty();
        assertThat(lines.list).isEmpty();
        arrives(KEY, null);
        assertThat(feed.next(NONE)).contains(Steering.NONE);
    }

    @Test
    void fieldOfANewerToolIsIgnored() {
        arrives("{\"paused\":true,\"writeUnits\":0,\"setAtMs\":0,\"until\":7}");
        assertThat(feed.next(NONE)).isEqualTo(Optional.of(new Steering(true, 0, 0)));
    }
}
