package io.sidetrack.writer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sidetrack.common.service.StreamsHealth;
import io.sidetrack.sandbox.SandboxBroker;
import io.sidetrack.sandbox.SandboxTopics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.Record;
import org.junit.jupiter.api.Test;

/** A process is live while it starts and runs, until one of its threads is stuck or it has ended. */
class StuckThreadIT {
    private static final Duration SOON = Duration.ofMinutes(2);
    private static final Duration MAX_POLL = Duration.ofSeconds(2);

    @Test
    void livenessEndsWhenAThreadDoesNotPollOrTheClientHasEnded() {
        CountDownLatch stuck = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        try (SandboxBroker broker = SandboxBroker.start();
                SandboxTopics topics = new SandboxTopics(broker.bootstrapServers());
                KafkaStreams streams = new KafkaStreams(blocking(stuck, release), config(broker))) {
            topics.create("stuck", 1, Map.of());
            StreamsHealth health = new StreamsHealth(streams, MAX_POLL);
            assertThat(health.notLive()).isEmpty();
            assertThat(health.notReady()).isPresent();
            streams.start();
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(health.notReady()).isEmpty());
            assertThat(health.notLive()).isEmpty();

            topics.send(List.of(new ProducerRecord<>("stuck", new byte[] {1})));
            await().atMost(SOON).untilAsserted(() -> assertThat(health.notLive())
                    .hasValueSatisfying(reason -> assertThat(reason).contains("has not polled for")));
            assertThat(stuck.getCount()).isZero();
            release.countDown();
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(health.notLive()).isEmpty());

            streams.close(SOON);
            assertThat(health.notLive()).hasValue("the Streams client is in state NOT_RUNNING");
        } finally {
            release.countDown();
        }
    }

    private static Topology blocking(CountDownLatch stuck, CountDownLatch release) {
        return new Topology()
                .addSource(
                        AutoOffsetReset.earliest(),
                        "source",
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer(),
                        "stuck")
                .addProcessor("block", () -> new Block(stuck, release), "source");
    }

    private record Block(CountDownLatch stuck, CountDownLatch release)
            implements Processor<byte[], byte[], Void, Void> {
        @Override
        public void process(Record<byte[], byte[]> record) {
            stuck.countDown();
            try {
                release.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static StreamsConfig config(SandboxBroker broker) {
        return new StreamsConfig(Map.of(
                StreamsConfig.APPLICATION_ID_CONFIG,
                "stuck",
                StreamsConfig.BOOTSTRAP_SERVERS_CONFIG,
                broker.bootstrapServers(),
                "max.poll.interval.ms",
                (int) MAX_POLL.toMillis()));
    }
}
