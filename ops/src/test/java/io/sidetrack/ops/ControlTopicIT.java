package io.sidetrack.ops;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.common.control.ControlTopic;
import io.sidetrack.common.control.Cut;
import io.sidetrack.common.settings.KafkaProperties;
import io.sidetrack.sandbox.SandboxBroker;
import io.sidetrack.sandbox.SandboxTopics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The control topic, whatever anybody has written into it, and commands with the properties of a service. */
class ControlTopicIT {
    private static SandboxBroker broker;
    private static SandboxTopics topics;
    private static Tool tool;

    @BeforeAll
    static void start() {
        broker = SandboxBroker.start();
        topics = new SandboxTopics(broker.bootstrapServers());
        tool = new Tool(broker);
    }

    @AfterAll
    static void stop() {
        topics.close();
        broker.close();
    }

    private static void writes(String topic, String key, String value) {
        topics.send(List.of(new ProducerRecord<>(topic, key.getBytes(UTF_8), value.getBytes(UTF_8))));
    }

    @Test
    void invalidSteeringIsSkippedAndTheLastValidOneIsShown() {
        String[] lane = {"--source", "s", "--table", "items", "--control-topic", "steering"};
        String key = "writer/sidetrack-writer-s-backfill~items";
        backfill(lane, "speed", "70");
        writes("steering", key, "null");
        writes("steering", key, "{\"paused\":false,\"writeUnits\":-1,\"setAtMs\":0}");
        assertThat(backfill(lane, "status")).contains("running, 70 write units/s");
        assertThat(backfill(lane, "pause")).contains("paused, 70 write units/s");
        assertThat(backfill(lane, "status")).contains("paused, 70 write units/s");
    }

    private static String backfill(String[] lane, String... arguments) {
        String[] all = new String[1 + arguments.length + lane.length];
        all[0] = "backfill";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        System.arraycopy(lane, 0, all, 1 + arguments.length, lane.length);
        return tool.run(all).assertDone().out();
    }

    @Test
    void invalidCutIsSkippedAndTheLastValidOneCounts() {
        ControlTopic control = new ControlTopic(
                "cuts",
                KafkaProperties.of(Map.of("bootstrap.servers", broker.bootstrapServers())),
                Duration.ofSeconds(30));
        Cut cut = new Cut("s", "old", 1, new TreeMap<>(Map.of(0, 5L)));
        control.put("router", cut, topics.admin());
        writes("cuts", "cut/router", "{\"source\":null}");
        writes("cuts", "cut/other", "no JSON");
        assertThat(control.cut("router")).contains(cut);
        assertThat(control.cut("other")).isEmpty();
        control.remove("router");
        assertThat(control.cut("router")).isEmpty();
    }

    @Test
    void commandsWorkWithThePropertiesOfAStreamsClient(@TempDir Path folder) throws Exception {
        topics.create("t", 1, Map.of());
        Path properties = Files.writeString(folder.resolve("client.properties"), """
                group.protocol=streams
                num.stream.threads=2
                main.consumer.max.poll.records=1
                transactional.id=x
                consumer.group.id=y
                """);
        Path lines = Files.writeString(folder.resolve("lines.jsonl"), "{\"id\":\"a\"}\n");
        String config = properties.toString();
        tool.run("publish", lines.toString(), "--topic", "t", "--key", "/id", "--command-config", config)
                .assertDone();
        assertThat(topics.read("t")).hasSize(1);
        tool.run("backfill", "status", "--source", "t", "--table", "items", "--command-config", config)
                .assertDone();
        tool.run("provision", "--source", "t", "--command-config", config).assertDone();
        tool.run("dead-letters", "list", "--topic", "t-dead-letters", "--command-config", config)
                .assertDone();
        tool.run("progress", "--source", "t", "--table", "items", "--interval-ms", "100", "--command-config", config)
                .assertDone();
        assertThat(tool.run("doctor", "--source", "t", "--command-config", config)
                        .out())
                .contains("t-backfill");
    }
}
