package io.sidetrack.adversarial;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sidetrack.sandbox.SandboxTopics;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Values that are not valid, in the topic that steers writers. Whoever may write to that topic can send them. */
final class ControlTopicValues {
    private static final String TOPIC = "sidetrack-control";
    private static final List<String> VALUES = List.of(
            "null",
            "",
            "[]",
            "0",
            "\"paused\"",
            "{}",
            "{\"paused\":null}",
            "{\"paused\":\"yes\",\"writeUnits\":1,\"setAtMs\":0}",
            "{\"paused\":false,\"writeUnits\":-1,\"setAtMs\":0}",
            "{\"paused\":false,\"writeUnits\":1e400,\"setAtMs\":0}",
            "{\"paused\":true,\"writeUnits\":1,\"setAtMs\":0,\"paused\":false}{",
            "[".repeat(100_000));

    private ControlTopicValues() {}

    /** Sends each under the key of a writer's group, and some with keys that nobody uses. */
    static void send(SandboxTopics topics, String group) {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (String value : VALUES) {
            records.add(new ProducerRecord<>(TOPIC, ("writer/" + group).getBytes(UTF_8), value.getBytes(UTF_8)));
        }
        for (String key : List.of("writer/", "cut/", "", "\u001b[2J")) {
            records.add(new ProducerRecord<>(TOPIC, key.getBytes(UTF_8), new byte[] {-1, 0, 27}));
        }
        topics.send(records);
    }
}
