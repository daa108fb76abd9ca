package io.sidetrack.router;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.router.lane.HeaderRule;
import io.sidetrack.router.lane.Rules;
import io.sidetrack.router.lane.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.SplittableRandom;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Routing alone; what a broker must show is in {@link RouterIT}. */
class RouterTopologyTest {
    private final List<Verdict> verdicts = new ArrayList<>();
    private final RouterSettings settings =
            RouterSettings.read(Map.of("ROUTER_SOURCE_TOPIC", "orders", "ROUTER_BACKFILL_HEADER", "lane"));
    private final TopologyTestDriver driver = new TopologyTestDriver(
            RouterTopology.of(settings, new Rules(List.of(new HeaderRule(settings.backfillHeader()))), verdicts::add),
            new Properties());
    private final TestInputTopic<byte[], byte[]> source =
            driver.createInputTopic("orders", new ByteArraySerializer(), new ByteArraySerializer());
    private final TestOutputTopic<byte[], byte[]> live = output("orders-live");
    private final TestOutputTopic<byte[], byte[]> backfill = output("orders-backfill");

    private TestOutputTopic<byte[], byte[]> output(String topic) {
        return driver.createOutputTopic(topic, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    @AfterEach
    void close() {
        driver.close();
    }

    @Test
    void headerOfTheConfiguredNameDecides() {
        source.pipeInput(record("lane", "orders-2019"));
        source.pipeInput(record("x-backfill", "orders-2019"));
        source.pipeInput(record("lane", "0"));

        assertThat(backfill.getQueueSize()).isEqualTo(1);
        assertThat(live.getQueueSize()).isEqualTo(2);
        assertThat(verdicts).extracting(Verdict::rule).containsExactly("header", "none", "header");
    }

    @Test
    void anyBytesInTheHeaderGoToExactlyOneLane() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 2000; i++) {
            byte[] value = new byte[random.nextInt(20)];
            random.nextBytes(value);
            RecordHeaders headers = new RecordHeaders();
            headers.add("lane", value);
            source.pipeInput(new TestRecord<>(new byte[] {1}, value, headers, 0L));
        }
        assertThat(live.getQueueSize() + backfill.getQueueSize())
                .as("seed %d", seed)
                .isEqualTo(2000);
    }

    private static TestRecord<byte[], byte[]> record(String header, String value) {
        RecordHeaders headers = new RecordHeaders();
        headers.add(header, value.getBytes(UTF_8));
        return new TestRecord<>(new byte[] {1}, new byte[] {2}, headers, 0L);
    }
}
