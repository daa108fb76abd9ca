package io.sidetrack.common.control;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever the control topic contains, the services follow the valid settings of named backfills. */
class BackfillFeedTest {
    private static final TopicPartition PARTITION = new TopicPartition("control", 0);
    private static final String PREFIX = "backfill/orders-backfill/";

    private int rejected;
    private long end;
    /** Whether the log was truncated; until the next seek, as in a real consumer. */
    private boolean truncated;

    /** How long a call to the broker takes, and the limits that such calls have had. */
    private Duration takes = Duration.ZERO;

    private final List<Duration> limits = new ArrayList<>();
    private long nanos;

    private void call(Duration limit) {
        limits.add(limit);
        nanos += takes.toNanos();
    }

    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none") {
        @Override
        public synchronized Map<TopicPartition, Long> endOffsets(
                Collection<TopicPartition> partitions, Duration timeout) {
            call(timeout);
            return endOffsets(partitions);
        }

        @Override
        public synchronized long position(TopicPartition partition, Duration timeout) {
            call(timeout);
            if (truncated) {
                throw new LogTruncationException(Map.of(partition, 2L), Map.of());
            }
            return super.position(partition, timeout);
        }

        @Override
        public synchronized void seekToBeginning(Collection<TopicPartition> partitions) {
            truncated = false;
            super.seekToBeginning(partitions);
        }
    };
    private final BackfillSettings settings = new BackfillSettings(PREFIX, () -> rejected++);
    private final BackfillFeed feed = new BackfillFeed(
            new ControlReader(consumer, "control", Duration.ofSeconds(1), settings::clear, () -> nanos), settings);

    @BeforeEach
    void createTheTopic() {
        Node node = new Node(0, "localhost", 1);
        consumer.updatePartitions(
                "control", List.of(new PartitionInfo("control", 0, node, new Node[] {node}, new Node[] {node})));
        consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
        assertThat(feed.next(Duration.ZERO)).isEmpty();
    }

    private void arrives(String key, String value) {
        consumer.addRecord(new ConsumerRecord<>(
                "control",
                0,
                end++,
                key == null ? null : key.getBytes(UTF_8),
                value == null ? null : value.getBytes(UTF_8)));
    }

    @Test
    void settingsAreReturnedByNameAndOnlyAfterAChange() {
        NamedBackfill resuming =
                NamedBackfill.paused(1).resuming(new TreeMap<>(Map.of(0, 7L)), new TreeMap<>(Map.of(2, 9L)), 3);
        arrives(PREFIX + "a", new String(ControlJson.write(NamedBackfill.paused(1)), UTF_8));
        arrives(PREFIX + "b/ü", new String(ControlJson.write(NamedBackfill.cancelled(true, 2)), UTF_8));
        arrives(PREFIX + "c", new String(ControlJson.write(resuming), UTF_8));
        arrives("backfill/other/a", new String(ControlJson.write(NamedBackfill.paused(1)), UTF_8));
        arrives(PREFIX, new String(ControlJson.write(NamedBackfill.paused(1)), UTF_8));
        arrives(null, "x");
        assertThat(feed.next(Duration.ZERO))
                .contains(Map.of("a", NamedBackfill.paused(1), "b/ü", NamedBackfill.cancelled(true, 2), "c", resuming));
        assertThat(feed.next(Duration.ZERO)).as("no change").isEmpty();
        arrives(PREFIX + "a", null);
        assertThat(feed.next(Duration.ZERO).orElseThrow()).containsOnlyKeys("b/ü", "c");
        assertThat(rejected).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "{}",
                "{\"state\":\"PAUSED\",\"setAtMs\":1}",
                "{\"state\":\"paused\",\"discards\":false,\"setAtMs\":1}",
                "{\"state\":0,\"discards\":false,\"setAtMs\":1}",
                "{\"state\":\"PAUSED\",\"discards\":true,\"setAtMs\":1}",
                "{\"state\":\"PAUSED\",\"discards\":false,\"setAtMs\":-1}",
                "{\"state\":\"PAUSED\",\"discards\":false,\"setAtMs\":1,\"writeFrom\":{\"0\":1}}",
                "{\"state\":\"RESUMING\",\"discards\":false,\"setAtMs\":1,\"writeFrom\":{\"0\":-1}}",
                "{\"state\":\"RESUMING\",\"discards\":false,\"setAtMs\":1,\"copiedTo\":{\"x\":1}}",
                "{\"state\":\"RESUMING\",\"discards\":false,\"setAtMs\":1,\"copiedTo\":{\"0\":null}}",
            })
    void invalidRecordChangesNothing(String invalid) {
        arrives(PREFIX + "a", new String(ControlJson.write(NamedBackfill.paused(1)), UTF_8));
        arrives(PREFIX + "a", invalid);
        arrives(PREFIX + "b", invalid);
        assertThat(feed.next(Duration.ZERO)).contains(Map.of("a", NamedBackfill.paused(1)));
        assertThat(rejected).isEqualTo(2);
    }

    /** Otherwise a router would never see the operator's next command. */
    @Test
    void topicThatWasCreatedAgainIsReadFromItsBeginning() {
        for (int i = 0; i < 5; i++) {
            arrives(PREFIX + "a", new String(ControlJson.write(NamedBackfill.paused(i)), UTF_8));
        }
        assertThat(feed.next(Duration.ZERO)).contains(Map.of("a", NamedBackfill.paused(4)));
        end = 0;
        consumer.updateEndOffsets(Map.of(PARTITION, 0L));
        assertThat(feed.current()).as("nothing is paused there").contains(Map.of());
        arrives(PREFIX + "b", new String(ControlJson.write(NamedBackfill.paused(9)), UTF_8));
        consumer.updateEndOffsets(Map.of(PARTITION, 1L));
        assertThat(feed.current()).contains(Map.of("b", NamedBackfill.paused(9)));
    }

    /** A consumer reports a truncation wherever it learns of it. */
    @Test
    void truncationThatIsNoticedBetweenTwoPollsIsNoFailure() {
        arrives(PREFIX + "a", new String(ControlJson.write(NamedBackfill.paused(1)), UTF_8));
        arrives(PREFIX + "b", new String(ControlJson.write(NamedBackfill.paused(1)), UTF_8));
        assertThat(feed.next(Duration.ZERO).orElseThrow()).containsOnlyKeys("a", "b");
        truncated = true;
        end = 0;
        consumer.updateEndOffsets(Map.of(PARTITION, 2L));
        consumer.schedulePollTask(() -> {
            arrives(PREFIX + "c", new String(ControlJson.write(NamedBackfill.paused(2)), UTF_8));
            arrives(PREFIX + "d", new String(ControlJson.write(NamedBackfill.paused(2)), UTF_8));
        });
        assertThat(feed.current().orElseThrow()).containsOnlyKeys("c", "d");
    }

    /** A broker that needs its time for each call must not keep a service from the next reading, or from its end. */
    @Test
    void readingEndsWithinItsLimitHoweverManyCallsItTakes() {
        consumer.updateEndOffsets(Map.of(PARTITION, 1L));
        limits.clear();
        takes = Duration.ofMillis(400);
        assertThatThrownBy(feed::current).isInstanceOf(TimeoutException.class);
        assertThat(limits)
                .startsWith(Duration.ofMillis(1000), Duration.ofMillis(600), Duration.ofMillis(200))
                .hasSize(3);
    }

    @Test
    void numberOfNamesIsBounded() {
        for (int i = 0; i <= BackfillSettings.MOST; i++) {
            arrives(PREFIX + i, new String(ControlJson.write(NamedBackfill.paused(1)), UTF_8));
        }
        assertThat(feed.next(Duration.ZERO).orElseThrow()).hasSize(BackfillSettings.MOST);
        assertThat(rejected).isEqualTo(1);
    }

    @Test
    void recordBelongsToTheBackfillThatItsLastHeaderNames() {
        NamedBackfills backfills = new NamedBackfills("backfill");
        RecordHeaders headers = new RecordHeaders();
        headers.add("backfill", "a".getBytes(UTF_8)).add("backfill", "b".getBytes(UTF_8));
        assertThat(backfills.of(headers)).isNull();
        backfills.set(Map.of("a", NamedBackfill.paused(1), "b", NamedBackfill.paused(2)));
        assertThat(backfills.of(headers)).isEqualTo(NamedBackfill.paused(2));
        assertThat(backfills.of(new RecordHeaders())).isNull();
        assertThat(backfills.of(new RecordHeaders().add("backfill", null))).isNull();
        assertThat(backfills.of(new RecordHeaders().add("backfill", new byte[] {(byte) 0xff})))
                .isNull();
    }
}
