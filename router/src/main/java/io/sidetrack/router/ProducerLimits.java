package io.sidetrack.router;

import io.sidetrack.common.topic.TopicFacts;
import io.sidetrack.router.placement.CurrentLimits;
import io.sidetrack.router.placement.LaneLimits;
import io.sidetrack.router.placement.TopicLookup;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;

/**
 * What the producer can send, whoever has said so.
 *
 * @param maxBytes of a record before compression
 * @param compression as in {@code compression.type}
 */
record ProducerLimits(int maxBytes, String compression) {
    static ProducerLimits of(StreamsConfig streams) {
        var properties = streams.getProducerConfigs("check");
        properties.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        properties.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        ProducerConfig producer = new ProducerConfig(properties);
        return new ProducerLimits(
                (int) Math.min(
                        producer.getInt(ProducerConfig.MAX_REQUEST_SIZE_CONFIG),
                        producer.getLong(ProducerConfig.BUFFER_MEMORY_CONFIG)),
                producer.getString(ProducerConfig.COMPRESSION_TYPE_CONFIG));
    }

    CurrentLimits with(TopicFacts topic, TopicLookup lookup) {
        return new CurrentLimits(topic, now -> new LaneLimits(now, maxBytes, compression), lookup);
    }
}
