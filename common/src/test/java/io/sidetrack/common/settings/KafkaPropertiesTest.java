package io.sidetrack.common.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every property of every Kafka client is an environment variable, and each client receives its own. */
class KafkaPropertiesTest {
    private static final String BROKERS = "localhost:1";

    private static KafkaProperties with(Map<String, String> variables) {
        Map<String, String> environment = new HashMap<>(variables);
        environment.put("KAFKA_BOOTSTRAP_SERVERS", BROKERS);
        return KafkaProperties.read(environment);
    }

    @Test
    void variableBecomesThePropertyOfItsName() {
        assertThat(KafkaProperties.read(Map.of(
                                "KAFKA_BOOTSTRAP_SERVERS", " a:1,b:2 ",
                                "KAFKA_SSL_TRUSTSTORE_LOCATION", "/x",
                                "KAFKA_SASL_JAAS_CONFIG", "",
                                "OTHER", "x"))
                        .streams())
                .isEqualTo(Map.of("bootstrap.servers", "a:1,b:2", "ssl.truststore.location", "/x"));
    }

    @Test
    void brokersAreRequired() {
        assertThatThrownBy(() -> KafkaProperties.read(Map.of("KAFKA_BOOTSTRAP_SERVERS", " ")))
                .isInstanceOf(StartupException.class)
                .hasMessage("KAFKA_BOOTSTRAP_SERVERS: not set. Set it to the brokers, as host:port,host:port.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"CONSUMER", "MAIN_CONSUMER", "RESTORE_CONSUMER", "GLOBAL_CONSUMER", "PRODUCER", "ADMIN"})
    void allClientsUseTheSameCluster(String prefix) {
        String variable = "KAFKA_" + prefix + "_BOOTSTRAP_SERVERS";
        assertThatThrownBy(() -> with(Map.of(variable, "other:1")))
                .isInstanceOf(StartupException.class)
                .hasMessage(variable + ": cannot be set: all clients use the same cluster."
                        + " Remove it, and set KAFKA_BOOTSTRAP_SERVERS.");
    }

    @Test
    void plainClientReceivesItsOwnPropertiesAndNoneOfStreams() {
        KafkaProperties properties = with(Map.of(
                "KAFKA_GROUP_PROTOCOL", "streams",
                "KAFKA_NUM_STREAM_THREADS", "4",
                "KAFKA_TOPIC_RETENTION_MS", "1",
                "KAFKA_CLIENT_TAG_ZONE", "a",
                "KAFKA_FETCH_MIN_BYTES", "7",
                "KAFKA_LINGER_MS", "8",
                "KAFKA_REQUEST_TIMEOUT_MS", "9",
                "KAFKA_CONFIG_PROVIDERS", "file",
                "KAFKA_CONFIG_PROVIDERS_FILE_CLASS", "x.Y"));

        Map<String, Object> common = Map.of(
                "bootstrap.servers", BROKERS,
                "request.timeout.ms", "9",
                "config.providers", "file",
                "config.providers.file.class", "x.Y");
        assertThat(properties.admin()).isEqualTo(common);
        Map<String, Object> consumer = new HashMap<>(common);
        consumer.put("fetch.min.bytes", "7");
        assertThat(properties.consumer()).isEqualTo(consumer);
        Map<String, Object> producer = new HashMap<>(common);
        producer.put("linger.ms", "8");
        assertThat(properties.producer()).isEqualTo(producer);
    }

    @Test
    void prefixedPropertyOverridesForThePlainClientOfThatKind() {
        KafkaProperties properties = with(Map.of(
                "KAFKA_CLIENT_RACK", "any",
                "KAFKA_CONSUMER_CLIENT_RACK", "mine",
                "KAFKA_MAIN_CONSUMER_CLIENT_RACK", "of Streams",
                "KAFKA_RESTORE_CONSUMER_CLIENT_RACK", "of Streams",
                "KAFKA_PRODUCER_SASL_JAAS_CONFIG", "the producer's",
                "KAFKA_ADMIN_SASL_JAAS_CONFIG", "the admin's",
                "KAFKA_SASL_JAAS_CONFIG", "any",
                "KAFKA_PRODUCER_PLUG_IN", "x"));

        assertThat(properties.consumer())
                .isEqualTo(Map.of("bootstrap.servers", BROKERS, "client.rack", "mine", "sasl.jaas.config", "any"));
        assertThat(properties.producer())
                .isEqualTo(Map.of("bootstrap.servers", BROKERS, "sasl.jaas.config", "the producer's", "plug.in", "x"));
        assertThat(properties.admin())
                .isEqualTo(Map.of("bootstrap.servers", BROKERS, "sasl.jaas.config", "the admin's"));
    }

    @Test
    void plainClientsStartWhateverTheServicesGroupAndTransactions() {
        KafkaProperties properties = with(Map.of(
                "KAFKA_GROUP_PROTOCOL", "STREAMS",
                "KAFKA_CONSUMER_GROUP_PROTOCOL", "streams",
                "KAFKA_GROUP_REMOTE_ASSIGNOR", "uniform",
                "KAFKA_PARTITION_ASSIGNMENT_STRATEGY", "none.Such",
                "KAFKA_GROUP_ID", "g",
                "KAFKA_CONSUMER_GROUP_INSTANCE_ID", "i",
                "KAFKA_TRANSACTIONAL_ID", "t",
                "KAFKA_PRODUCER_TRANSACTIONAL_ID", "t"));

        assertThatCode(() -> {
                    new KafkaConsumer<>(properties.consumer(), new ByteArrayDeserializer(), new ByteArrayDeserializer())
                            .close();
                    new KafkaProducer<>(properties.producer(), new ByteArraySerializer(), new ByteArraySerializer())
                            .close();
                    Admin.create(properties.admin()).close();
                })
                .doesNotThrowAnyException();
        assertThat(properties.consumer()).isEqualTo(Map.of("bootstrap.servers", BROKERS));
        assertThat(properties.producer()).isEqualTo(Map.of("bootstrap.servers", BROKERS));
    }

    @Test
    void addedPropertiesOverrideEveryPrefix() {
        KafkaProperties properties = with(Map.of("KAFKA_CONSUMER_CLIENT_RACK", "a", "KAFKA_LINGER_MS", "1"))
                .with(Map.of("client.rack", "b", "bootstrap.servers", "other:1"));
        assertThat(properties.consumer()).isEqualTo(Map.of("bootstrap.servers", "other:1", "client.rack", "b"));
        assertThat(properties.producer()).containsEntry("linger.ms", "1");
    }

    @Test
    void variableIsNamedInTheUsersSpelling() {
        KafkaProperties properties = with(Map.of("KAFKA_linger.ms", "1"));
        assertThat(properties.variable("linger.ms")).isEqualTo("KAFKA_linger.ms");
        assertThat(properties.variable("batch.size")).isEqualTo("KAFKA_BATCH_SIZE");
    }

    @Test
    void messageIsAlwaysOneLine() {
        assertThat(new StartupException("A", "b\n  c\r\nd", "E.").getMessage()).isEqualTo("A: b c d. E.");
    }
}
