package io.sidetrack.common.settings;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.read.ListAppender;
import io.sidetrack.common.log.Printable;
import io.sidetrack.common.log.PrintableMessage;
import io.sidetrack.common.log.PrintableThrowable;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigData;
import org.apache.kafka.common.config.provider.ConfigProvider;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** A secret in any Kafka property, from a provider or by mistake, is printed nowhere. */
class PlantedSecretsTest {
    private final long seed = Long.getLong("secrets.seed", System.nanoTime());
    private final SplittableRandom random = new SplittableRandom(seed);
    private final Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
    private final Level level = root.getLevel();
    /** Detached during a test, whose thousands of lines are expected. */
    private final Appender<ILoggingEvent> console = root.getAppender("stdout");

    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final PrintableMessage message = new PrintableMessage();
    private final PrintableThrowable throwable = new PrintableThrowable();
    /** The output without the filter. */
    private final StringBuilder raw = new StringBuilder();

    private final StringBuilder printed = new StringBuilder();

    /** A provider that returns the requested key as the value. */
    public static final class Echo implements ConfigProvider {
        @Override
        public ConfigData get(String path) {
            return new ConfigData(Map.of());
        }

        @Override
        public ConfigData get(String path, Set<String> keys) {
            Map<String, String> data = new HashMap<>();
            keys.forEach(key -> data.put(key, key));
            return new ConfigData(data);
        }

        @Override
        public void configure(Map<String, ?> configs) {}

        @Override
        public void close() {}
    }

    @BeforeEach
    void listen() {
        System.out.println("PlantedSecretsTest uses -Dsecrets.seed=" + seed);
        root.detachAppender(console);
        throwable.start();
        lines.start();
        root.setLevel(Level.DEBUG);
        root.addAppender(lines);
    }

    @AfterEach
    void stopListening() {
        root.detachAppender(lines);
        root.setLevel(level);
        root.addAppender(console);
    }

    private static Set<String> properties() {
        Set<String> names = new TreeSet<>(StreamsConfig.configDef().names());
        names.addAll(ConsumerConfig.configNames());
        names.addAll(ProducerConfig.configNames());
        names.addAll(AdminClientConfig.configNames());
        names.remove("config.providers");
        return names;
    }

    private String secret() {
        return "planted" + Long.toUnsignedString(random.nextLong(), 36);
    }

    private void start(Map<String, String> environment) {
        attempt(() -> {
            Map<String, Object> streams = KafkaProperties.read(environment).streams();
            streams.putIfAbsent(StreamsConfig.APPLICATION_ID_CONFIG, "a");
            StreamsConfig config = new StreamsConfig(streams);
            attempt(() -> {
                Map<String, Object> consumer = config.getMainConsumerConfigs("a", "a", 0);
                consumer.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
                consumer.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
                var unused = new ConsumerConfig(consumer);
            });
        });
        attempt(() -> {
            Map<String, Object> producer = KafkaProperties.read(environment).producer();
            producer.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
            producer.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
            var unused = new ProducerConfig(producer);
        });
        attempt(() -> {
            var unused = new AdminClientConfig(KafkaProperties.read(environment).admin());
        });
        for (ILoggingEvent line : List.copyOf(lines.list)) {
            raw.append(line.getFormattedMessage());
            printed.append(message.convert(line)).append(throwable.convert(line));
        }
        lines.list.clear();
    }

    private void attempt(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException e) {
            StringWriter trace = new StringWriter();
            e.printStackTrace(new PrintWriter(trace));
            raw.append(trace);
            printed.append(Printable.text(trace.toString()));
        }
    }

    @Test
    void secretFromAProviderIsMaskedInEveryProperty() {
        List<String> secrets = new ArrayList<>();
        for (String property : properties()) {
            String secret = secret();
            secrets.add(secret);
            Map<String, String> environment = new HashMap<>(Map.of(
                    "KAFKA_BOOTSTRAP_SERVERS",
                    "localhost:9092",
                    "KAFKA_CONFIG_PROVIDERS",
                    "echo",
                    "KAFKA_CONFIG_PROVIDERS_ECHO_CLASS",
                    Echo.class.getName()));
            environment.put(variable(property), "${echo:" + secret + "}");
            start(environment);
        }
        assertMasked(secrets);
    }

    @Test
    void userInfoIsMaskedInEveryProperty() {
        List<String> secrets = new ArrayList<>();
        for (String property : properties()) {
            for (String url : List.of("http//user:%s@host:9092", "ht tp://us er:%s@ho st")) {
                String secret = secret();
                secrets.add(secret);
                Map<String, String> environment = new HashMap<>(Map.of("KAFKA_BOOTSTRAP_SERVERS", "localhost:9092"));
                environment.put(variable(property), url.formatted(secret));
                start(environment);
            }
        }
        assertMasked(secrets);
    }

    private void assertMasked(List<String> secrets) {
        assertThat(secrets.stream().filter(secret -> raw.indexOf(secret) >= 0).count())
                .as("secrets in the output without the filter")
                .isGreaterThan(20);
        assertThat(secrets.stream().filter(secret -> printed.indexOf(secret) >= 0))
                .isEmpty();
        assertThat(printed).contains("***");
    }

    private static String variable(String property) {
        return "KAFKA_" + property.toUpperCase(Locale.ROOT).replace('.', '_');
    }
}
