package io.sidetrack.writer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sidetrack.common.settings.KafkaProperties;
import io.sidetrack.common.settings.StartupException;
import io.sidetrack.writer.settings.WriterSettings;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Which Kafka properties a user may set for the writer. */
class WriterStreamsConfigTest {
    private static final WriterSettings SETTINGS =
            WriterSettings.read(Map.of("WRITER_TOPIC", "lane", "WRITER_TABLE", "table"));

    /** Every owned property, with a value that is valid and not the writer's own. */
    private static final Map<String, String> OTHER_VALUES = Map.ofEntries(
            Map.entry("application.id", "x"),
            Map.entry("group.id", "x"),
            Map.entry("processing.guarantee", "exactly_once_v2"),
            Map.entry("task.timeout.ms", "1"),
            Map.entry("isolation.level", "read_uncommitted"),
            Map.entry("enable.auto.commit", "true"),
            Map.entry("auto.offset.reset", "latest"),
            Map.entry("key.deserializer", "org.apache.kafka.common.serialization.StringDeserializer"),
            Map.entry("value.deserializer", "org.apache.kafka.common.serialization.StringDeserializer"),
            Map.entry("key.serializer", "org.apache.kafka.common.serialization.StringSerializer"),
            Map.entry("value.serializer", "org.apache.kafka.common.serialization.StringSerializer"),
            Map.entry("acks", "1"),
            Map.entry("enable.idempotence", "false"),
            Map.entry("transactional.id", "x"),
            Map.entry("partitioner.class", "org.apache.kafka.clients.producer.RoundRobinPartitioner"),
            Map.entry("partitioner.ignore.keys", "true"),
            Map.entry(
                    "processing.exception.handler",
                    "org.apache.kafka.streams.errors.LogAndContinueProcessingExceptionHandler"),
            Map.entry(
                    "deserialization.exception.handler",
                    "org.apache.kafka.streams.errors.LogAndContinueExceptionHandler"),
            Map.entry(
                    "default.deserialization.exception.handler",
                    "org.apache.kafka.streams.errors.LogAndContinueExceptionHandler"),
            Map.entry("production.exception.handler", "x.Y"),
            Map.entry("default.production.exception.handler", "x.Y"),
            Map.entry("errors.dead.letter.queue.topic.name", "x"),
            Map.entry("default.timestamp.extractor", "org.apache.kafka.streams.processor.WallclockTimestampExtractor"),
            Map.entry("default.client.supplier", "x.Y"),
            Map.entry("processor.wrapper.class", "x.Y"));

    private static StreamsConfig with(Map<String, String> variables) {
        Map<String, String> environment = new HashMap<>(variables);
        environment.put("KAFKA_BOOTSTRAP_SERVERS", "localhost:1");
        return WriterStreamsConfig.of(SETTINGS, KafkaProperties.read(environment));
    }

    static Stream<Arguments> everySpellingOfEveryOwnedProperty() {
        return OTHER_VALUES.entrySet().stream().flatMap(property -> Stream.of(
                        "", "consumer.", "main.consumer.", "restore.consumer.", "global.consumer.", "producer.")
                .map(prefix -> Arguments.of(
                        "KAFKA_"
                                + (prefix + property.getKey())
                                        .toUpperCase(Locale.ROOT)
                                        .replace('.', '_'),
                        property.getValue())));
    }

    @Test
    void everyOwnedPropertyIsInTheTable() {
        assertThat(WriterStreamsConfig.OWNED.names()).isEqualTo(OTHER_VALUES.keySet());
    }

    @ParameterizedTest
    @MethodSource("everySpellingOfEveryOwnedProperty")
    void ownedPropertyIsRefusedHoweverItIsSpelled(String variable, String value) {
        assertThatThrownBy(() -> with(Map.of(variable, value)))
                .isInstanceOf(StartupException.class)
                .hasMessageMatching(variable + ": cannot be set\\. (Remove it: .+|Set WRITER_\\w+)\\.");
    }

    @ParameterizedTest
    @CsvSource({
        "KAFKA_RETRIES, 0, KAFKA_RETRIES: cannot be set like this%2C because it changes enable.idempotence. Remove it",
        "KAFKA_PRODUCER_RETRIES, 0, KAFKA_PRODUCER_RETRIES: cannot be set like this%2C because it changes enable.ide",
        "KAFKA_INTERNAL_TASK_ASSIGNOR_CLASS, x.Y, KAFKA_INTERNAL_TASK_ASSIGNOR_CLASS: cannot be set. Remove it: it is",
        "KAFKA_NUM_STREAM_THREADS, many, KAFKA_NUM_STREAM_THREADS: Invalid value many",
        "KAFKA_MAIN_CONSUMER_MAX_POLL_RECORDS, 0, KAFKA_MAIN_CONSUMER_MAX_POLL_RECORDS: Invalid value 0",
        "KAFKA_PRODUCER_LINGER_MS, x, KAFKA_PRODUCER_LINGER_MS: Invalid value x",
        "KAFKA_ADMIN_BOOTSTRAP_SERVERS, other:1, KAFKA_ADMIN_BOOTSTRAP_SERVERS: cannot be set: all clients use the same",
    })
    void variableThatIsAtFaultIsNamed(String variable, String value, String message) {
        assertThatThrownBy(() -> with(Map.of(variable, value)))
                .isInstanceOf(StartupException.class)
                .hasMessageStartingWith(message.replace("%2C", ","))
                .message()
                .hasLineCount(1);
    }

    @ParameterizedTest
    @CsvSource({
        "KAFKA_ISOLATION_LEVEL, read_committed",
        "KAFKA_MAIN_CONSUMER_ISOLATION_LEVEL, READ_COMMITTED",
        "KAFKA_ENABLE_AUTO_COMMIT, false",
        "KAFKA_CONSUMER_AUTO_OFFSET_RESET, earliest",
        "KAFKA_ACKS, all",
        "KAFKA_ACKS, -1",
        "KAFKA_ENABLE_IDEMPOTENCE, true",
        "KAFKA_PROCESSING_GUARANTEE, at_least_once",
        "KAFKA_VALUE_DESERIALIZER, org.apache.kafka.common.serialization.ByteArrayDeserializer",
        "KAFKA_GROUP_PROTOCOL, streams",
        "KAFKA_MAIN_CONSUMER_MAX_POLL_RECORDS, 7",
        "KAFKA_PRODUCER_LINGER_MS, 7",
        "KAFKA_SESSION_TIMEOUT_MS, 6000",
    })
    void writersOwnValueAndAnythingElseMayBeSet(String variable, String value) {
        StreamsConfig config = with(Map.of(variable, value));
        Map<String, Object> consumer = config.getMainConsumerConfigs("g", "c", 0);
        assertThat(consumer).containsEntry("isolation.level", "read_committed");
        assertThat(consumer.get("enable.auto.commit")).hasToString("false");
    }

    @Test
    void threadsOfKafkasExperimentsCannotBeSwitchedOn() {
        StreamsConfig config = with(Map.of("KAFKA___PROCESSING_THREADS_ENABLED__", "true"));
        assertThat(StreamsConfig.InternalConfig.processingThreadsEnabled(config.originals()))
                .isFalse();
    }

    @Test
    void ownedValuesStayBesideOtherProperties() {
        StreamsConfig config = with(Map.of("KAFKA_CLIENT_ID", "x", "KAFKA_CLIENT_RACK", "x", "KAFKA_STATE_DIR", "x"));
        assertThat(config.getLong(StreamsConfig.TASK_TIMEOUT_MS_CONFIG)).isEqualTo(Long.MAX_VALUE);
        assertThat(config.getString(StreamsConfig.APPLICATION_ID_CONFIG)).isEqualTo("sidetrack-writer-lane~table");
    }
}
