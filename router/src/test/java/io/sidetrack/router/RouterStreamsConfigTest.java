package io.sidetrack.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sidetrack.common.settings.KafkaProperties;
import io.sidetrack.common.settings.StartupException;
import io.sidetrack.router.settings.RouterSettings;
import io.sidetrack.router.startup.RouterTopics;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Which Kafka properties a user may set for the router. */
class RouterStreamsConfigTest {
    /** Every owned property, with a value that is valid and not the router's own. */
    private static final Map<String, String> OTHER_VALUES = Map.ofEntries(
            Map.entry("application.id", "x"),
            Map.entry("group.id", "x"),
            Map.entry("processing.guarantee", "exactly_once_v2"),
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

    private static StreamsConfig with(String guarantee, Map<String, String> variables) {
        Map<String, String> environment = new HashMap<>(variables);
        environment.put("KAFKA_BOOTSTRAP_SERVERS", "localhost:1");
        RouterSettings settings =
                RouterSettings.read(Map.of("ROUTER_SOURCE_TOPIC", "orders", "ROUTER_PROCESSING_GUARANTEE", guarantee));
        return RouterStreamsConfig.of(settings, KafkaProperties.read(environment), RouterTopics.LEAST_REQUEST_BYTES);
    }

    static Stream<Arguments> everySpellingOfEveryOwnedProperty() {
        return OTHER_VALUES.entrySet().stream().flatMap(property -> Stream.of(
                        "", "consumer.", "main.consumer.", "restore.consumer.", "global.consumer.", "producer.")
                .map(prefix -> "KAFKA_"
                        + (prefix + property.getKey()).toUpperCase(Locale.ROOT).replace('.', '_'))
                .flatMap(variable -> Stream.of("exactly_once_v2", "at_least_once")
                        .map(guarantee -> Arguments.of(guarantee, variable, property.getValue()))));
    }

    @Test
    void everyOwnedPropertyIsInTheTable() {
        assertThat(RouterStreamsConfig.OWNED.names()).isEqualTo(OTHER_VALUES.keySet());
    }

    @ParameterizedTest
    @MethodSource("everySpellingOfEveryOwnedProperty")
    void ownedPropertyIsRefusedInEverySpelling(String guarantee, String variable, String value) {
        assertThatThrownBy(() -> with(guarantee, Map.of(variable, value)))
                .isInstanceOf(StartupException.class)
                .hasMessageMatching(variable + ": cannot be set\\. (Remove it: .+|Set ROUTER_\\w+)\\.");
    }

    @ParameterizedTest
    @CsvSource({
        "at_least_once, KAFKA_RETRIES, 0, KAFKA_RETRIES: cannot be set like this%2C because it changes enable.idempotence",
        "exactly_once_v2, KAFKA_RETRIES, 0, KAFKA_RETRIES: Must set retries to non-zero",
        "exactly_once_v2, KAFKA_COMMIT_INTERVAL_MS, 60000, KAFKA_COMMIT_INTERVAL_MS: Transaction timeout 10000 was set",
        "exactly_once_v2, KAFKA_PRODUCER_BATCH_SIZE, x, KAFKA_PRODUCER_BATCH_SIZE: Invalid value x",
        "exactly_once_v2, KAFKA_PROCESSING_GUARANTEE, exactly_once_v2, KAFKA_PROCESSING_GUARANTEE: cannot be set. Set ROUTER_",
        "exactly_once_v2, KAFKA_INTERNAL_LEAVE_GROUP_ON_CLOSE, x, KAFKA_INTERNAL_LEAVE_GROUP_ON_CLOSE: cannot be set. Remove",
    })
    void invalidVariableIsNamed(String guarantee, String variable, String value, String message) {
        assertThatThrownBy(() -> with(guarantee, Map.of(variable, value)))
                .isInstanceOf(StartupException.class)
                .hasMessageStartingWith(message.replace("%2C", ","))
                .message()
                .hasLineCount(1);
    }

    @ParameterizedTest
    @CsvSource({
        "KAFKA_ISOLATION_LEVEL, read_committed",
        "KAFKA_ENABLE_AUTO_COMMIT, false",
        "KAFKA_ACKS, all",
        "KAFKA_ENABLE_IDEMPOTENCE, true",
        "KAFKA_PARTITIONER_IGNORE_KEYS, false",
        "KAFKA_GROUP_PROTOCOL, streams",
        "KAFKA_LINGER_MS, 7",
        "KAFKA_PRODUCER_COMPRESSION_TYPE, none",
    })
    void routersOwnValuesAndOtherPropertiesMayBeSet(String variable, String value) {
        for (String guarantee : List.of("exactly_once_v2", "at_least_once")) {
            StreamsConfig config = with(guarantee, Map.of(variable, value));
            assertThat(config.getMainConsumerConfigs("g", "c", 0)).containsEntry("isolation.level", "read_committed");
            assertThat(config.getProducerConfigs("c")).containsEntry("acks", "all");
        }
    }
}
