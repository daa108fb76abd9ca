package io.sidetrack.common.service;

import io.sidetrack.common.settings.KafkaProperties;
import io.sidetrack.common.settings.StartupException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;

/**
 * The Kafka properties that a service's promises require. Users cannot change them, in any spelling.
 *
 * <p>A check of names is not enough: {@code isolation.level} is also {@code consumer.isolation.level} and
 * {@code main.consumer.isolation.level}, and {@code retries=0} disables {@code enable.idempotence}. A user's property is rejected
 * <ul>
 *   <li>if, without its client's prefix, it is an owned property with another value than the service's, even if Streams would
 *       ignore it; or
 *   <li>if it changes the value of an owned property for any client of the Streams application.
 * </ul>
 * Users may set the service's own value, but not a property for which the service has a setting of its own.
 */
public final class OwnedProperties {
    private static final String SKIPS = "Remove it: a record that fails must not be skipped.";
    private static final String BYTES = "Remove it: keys and values are handled as bytes.";
    private static final String PARTITIONING =
            "Remove it: the records of a key must stay in order, so the key must determine the partition.";

    /** The properties that every service owns, with the remedies. */
    private static final Map<String, String> OF_EVERY_SERVICE = Map.ofEntries(
            Map.entry(
                    ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                    "Remove it: records of an aborted transaction must not be read."),
            Map.entry(
                    ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                    "Remove it: an offset is committed only after its record is durable."),
            Map.entry(
                    ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                    "Remove it: unread records must not be skipped. To begin elsewhere, set the group's offsets before the"
                            + " first start."),
            Map.entry(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, BYTES),
            Map.entry(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, BYTES),
            Map.entry(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, BYTES),
            Map.entry(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, BYTES),
            Map.entry(
                    ProducerConfig.ACKS_CONFIG,
                    "Remove it: a record has arrived only when every in-sync replica has it."),
            Map.entry(
                    ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
                    "Remove it: a retry must not write records twice or out of order."),
            Map.entry(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "Remove it: the service chooses one for each producer."),
            Map.entry(ProducerConfig.PARTITIONER_CLASS_CONFIG, PARTITIONING),
            Map.entry(ProducerConfig.PARTITIONER_IGNORE_KEYS_CONFIG, PARTITIONING),
            Map.entry(StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG, SKIPS),
            Map.entry(StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG, SKIPS),
            Map.entry("default.deserialization.exception.handler", SKIPS),
            Map.entry(StreamsConfig.PRODUCTION_EXCEPTION_HANDLER_CLASS_CONFIG, SKIPS),
            Map.entry("default.production.exception.handler", SKIPS),
            Map.entry(
                    StreamsConfig.DEFAULT_TIMESTAMP_EXTRACTOR_CLASS_CONFIG,
                    "Remove it: records with any timestamp must be accepted."),
            Map.entry(StreamsConfig.DEFAULT_CLIENT_SUPPLIER_CONFIG, "Remove it: the service uses clients of its own."),
            Map.entry(
                    StreamsConfig.PROCESSOR_WRAPPER_CLASS_CONFIG,
                    "Remove it: the service's processors must not be wrapped."));

    private static final String INTERNAL = "internal.";

    private final Map<String, String> remedies = new HashMap<>(OF_EVERY_SERVICE);
    /** The properties for which the service has a setting of its own. */
    private final Set<String> replaced;

    /**
     * @param settings by property, the service's setting that replaces it
     * @param more the remedies of further owned properties
     */
    public OwnedProperties(Map<String, String> settings, Map<String, String> more) {
        this.replaced = Set.copyOf(settings.keySet());
        remedies.putAll(more);
        settings.forEach((property, setting) -> remedies.put(property, "Set " + setting + "."));
    }

    /** The names of the owned properties. */
    public Set<String> names() {
        return Set.copyOf(remedies.keySet());
    }

    /**
     * Rejects the user's properties if they change an owned one.
     *
     * @param own the service's properties without the user's, sufficient for a {@link StreamsConfig}
     * @throws StartupException naming the variable, with the remedy
     */
    void check(KafkaProperties user, Map<String, Object> own) {
        List<Map<String, String>> before = clients(own);
        user.streams().forEach((name, value) -> checkName(user, name, value.toString(), own, before));
        Map<String, Object> all = new HashMap<>(own);
        all.putAll(user.streams());
        changed(all, before).ifPresent(owned -> {
            throw new StartupException(
                    culprit(user, own, before, owned),
                    "cannot be set like this, because it changes " + owned,
                    remedies.get(owned));
        });
    }

    private void checkName(
            KafkaProperties user,
            String name,
            String value,
            Map<String, Object> own,
            List<Map<String, String>> clients) {
        String bare = KafkaProperties.withoutPrefix(name);
        if (bare.startsWith(INTERNAL)) {
            throw new StartupException(user.variable(name), "cannot be set", "Remove it: it is internal to Kafka.");
        }
        if (replaced.contains(bare) || (remedies.containsKey(bare) && !isOwn(bare, value, own, clients))) {
            throw new StartupException(user.variable(name), "cannot be set", remedies.get(bare));
        }
    }

    private static boolean isOwn(
            String bare, String value, Map<String, Object> own, List<Map<String, String>> clients) {
        Set<String> same = new HashSet<>();
        own.forEach((name, ownValue) -> {
            if (KafkaProperties.withoutPrefix(name).equals(bare)) {
                same.add(text(ownValue));
            }
        });
        clients.forEach(client -> same.add(client.get(bare)));
        return same.contains(value.toLowerCase(Locale.ROOT));
    }

    /** The first owned property that has another value for some client. */
    private Optional<String> changed(Map<String, Object> properties, List<Map<String, String>> before) {
        List<Map<String, String>> after;
        try {
            after = clients(properties);
        } catch (RuntimeException e) {
            // Not a question of ownership: the caller reports the invalid property.
            return Optional.empty();
        }
        for (String owned : new TreeMap<>(remedies).keySet()) {
            if (!valuesOf(owned, before).equals(valuesOf(owned, after))) {
                return Optional.of(owned);
            }
        }
        return Optional.empty();
    }

    private static List<Optional<String>> valuesOf(String name, List<Map<String, String>> clients) {
        return clients.stream()
                .map(client -> Optional.ofNullable(client.get(name)))
                .toList();
    }

    /** The variable that changes an owned property on its own. */
    private String culprit(
            KafkaProperties user, Map<String, Object> own, List<Map<String, String>> before, String owned) {
        for (Map.Entry<String, Object> property : user.streams().entrySet()) {
            Map<String, Object> one = new HashMap<>(own);
            one.put(property.getKey(), property.getValue());
            if (changed(one, before).filter(owned::equals).isPresent()) {
                return user.variable(property.getKey());
            }
        }
        return "KAFKA_ settings";
    }

    /** The values that Streams itself and the consumer and producer of a stream thread receive. */
    private static List<Map<String, String>> clients(Map<String, Object> properties) {
        StreamsConfig streams = new QuietStreamsConfig(properties);
        Map<String, Object> consumer = streams.getMainConsumerConfigs("check", "check", 0);
        consumer.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        consumer.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        Map<String, Object> producer = streams.getProducerConfigs("check");
        producer.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        producer.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        List<Map<String, String>> clients = new ArrayList<>();
        clients.add(texts(streams.values()));
        clients.add(texts(new ConsumerConfig(consumer).values()));
        clients.add(texts(new ProducerConfig(producer).values()));
        return clients;
    }

    private static Map<String, String> texts(Map<String, ?> values) {
        Map<String, String> texts = new HashMap<>();
        values.forEach((name, value) -> {
            if (value != null) {
                texts.put(name, text(value));
            }
        });
        return texts;
    }

    private static String text(Object value) {
        String text = value instanceof Class<?> type ? type.getName() : String.valueOf(value);
        return text.toLowerCase(Locale.ROOT);
    }

    /** Does not log its values. The configuration that is used later does. */
    private static final class QuietStreamsConfig extends StreamsConfig {
        QuietStreamsConfig(Map<String, Object> properties) {
            super(properties, false);
        }
    }
}
