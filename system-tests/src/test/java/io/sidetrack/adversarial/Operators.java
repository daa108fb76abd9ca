package io.sidetrack.adversarial;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sidetrack.sandbox.SandboxTopics;
import io.sidetrack.sandbox.ServiceProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;

/**
 * Operators in a hurry: each command is interrupted at some time, run twice at once, and then run to its end. Nothing may be
 * lost, be there twice, or be shorter than before. Each round has topics of its own.
 */
final class Operators {
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final Pattern GO_ON = Pattern.compile("--from-line (\\d+)");
    private static final int LINES = 20_000;
    private static final int BAD_EVERY = 1_000;
    private static final int DEAD_LETTERS = 5_000;
    private static final int RETAINED = 30_000;
    private static final long WEEK_MS = 604_800_000L;

    private final SandboxTopics topics;
    private final Commands commands;
    private final Path folder;
    private final Random random;

    Operators(SandboxTopics topics, Commands commands, Path folder, Random random) {
        this.topics = topics;
        this.commands = commands;
        this.folder = folder;
        this.random = random;
    }

    /** Everything once. */
    void round(int number) throws IOException, ExecutionException, InterruptedException {
        publish(number);
        replay(number);
        replayTopic(number);
        provision(number);
        steer(number);
    }

    /** What has arrived is always a beginning of the file, and going on completes it. */
    private void publish(int number) throws IOException {
        String topic = "published-" + number;
        topics.create(topic, 1, Map.of());
        List<String> good = new ArrayList<>();
        List<String> bad = new ArrayList<>();
        List<String> lines = new ArrayList<>();
        for (int i = 1; i <= LINES; i++) {
            boolean isBad = i % BAD_EVERY == 500;
            String line = isBad ? "not JSON " + i : "{\"id\":\"k" + i + "\",\"line\":" + i + "}";
            (isBad ? bad : good).add(line);
            lines.add(line);
        }
        Path file = folder.resolve(topic + ".jsonl");
        Path badLines = folder.resolve(topic + ".bad");
        Files.write(file, lines);
        long next = 1;
        List<String> badBefore = List.of();
        boolean done = false;
        for (int attempt = 0; !done; attempt++) {
            List<String> arguments = List.of(
                    "publish",
                    file.toString(),
                    "--topic",
                    topic,
                    "--key",
                    "/id",
                    "--skip-bad-lines",
                    badLines.toString(),
                    "--from-line",
                    Long.toString(next));
            Commands.Ended ended;
            if (attempt < 2) {
                ended = commands.interrupt(random, arguments);
                done = ended.code() == 0;
            } else {
                try (ServiceProcess last = commands.start(arguments)) {
                    ended = Commands.ended(last, List.of(0), arguments);
                }
                done = true;
            }
            List<String> arrived = arrived(topic);
            assertThat(arrived).isEqualTo(good.subList(0, arrived.size()));
            List<String> badNow = Files.exists(badLines) ? Files.readAllLines(badLines) : List.of();
            assertThat(badNow.subList(0, Math.min(badBefore.size(), badNow.size())))
                    .isEqualTo(badBefore);
            badBefore = badNow;
            Matcher advice = GO_ON.matcher(ended.errors());
            next = advice.find() ? Long.parseLong(advice.group(1)) : lines.indexOf(lastOf(arrived)) + 2L;
        }
        assertThat(arrived(topic)).isEqualTo(good);
        assertThat(Files.readAllLines(file)).isEqualTo(lines);
        // A run that was killed has put lines there, and the next one again; but none is missing, and none is changed.
        assertThat(badBefore).hasSameElementsAs(bad);
    }

    private static String lastOf(List<String> arrived) {
        return arrived.isEmpty() ? "" : arrived.get(arrived.size() - 1);
    }

    /** The values, when nothing more arrives: what a killed producer has sent can still be on its way. */
    private List<String> arrived(String topic) {
        await().atMost(LIMIT)
                .pollInterval(Duration.ofMillis(50))
                .during(Duration.ofMillis(300))
                .until(() -> topics.ends(topic).equals(topics.ends(topic)));
        return topics.read(topic).stream()
                .map(record -> new String(record.value(), UTF_8))
                .toList();
    }

    /** Every dead letter is replayed exactly once, whoever does it. */
    private void replay(int number) {
        String topic = "replayed-" + number;
        String deadLetters = topic + "-dead-letters";
        topics.createLane(topic, 2);
        topics.createLane(deadLetters, 2);
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        List<String> values = new ArrayList<>();
        for (int i = 0; i < DEAD_LETTERS; i++) {
            String value = String.format("dead letter %05d", i);
            ProducerRecord<byte[], byte[]> deadLetter =
                    new ProducerRecord<>(deadLetters, i % 2, value.getBytes(UTF_8), value.getBytes(UTF_8));
            deadLetter
                    .headers()
                    .add("__streams.errors.topic", topic.getBytes(UTF_8))
                    .add("__streams.errors.partition", "0".getBytes(UTF_8))
                    .add("__streams.errors.offset", Integer.toString(i).getBytes(UTF_8))
                    .add("sidetrack-reason", "not-json".getBytes(UTF_8));
            records.add(deadLetter);
            values.add(value);
        }
        topics.send(records);
        List<String> arguments = List.of("dead-letters", "replay", "--topic", deadLetters);
        commands.interrupt(random, arguments);
        // One of them takes over from the other.
        commands.twice(random, List.of(0, 1), arguments);
        commands.run(List.of(0), arguments.toArray(String[]::new));
        List<String> replayed = new ArrayList<>(topics.read(topic).stream()
                .map(record -> new String(record.value(), UTF_8))
                .toList());
        Collections.sort(replayed);
        assertThat(replayed).isEqualTo(values);
    }

    /** Every record of a topic is replayed exactly once, whoever does it. */
    private void replayTopic(int number) {
        String topic = "retained-" + number;
        topics.create(topic, 3, Map.of());
        topics.createLane(topic + "-backfill", 2);
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        List<String> values = new ArrayList<>();
        for (int i = 0; i < RETAINED; i++) {
            String value = String.format("record %06d", i);
            records.add(new ProducerRecord<>(topic, i % 3, ("k" + i % 50).getBytes(UTF_8), value.getBytes(UTF_8)));
            values.add(value);
        }
        topics.send(records);
        List<String> arguments = List.of("replay", "--topic", topic);
        commands.interrupt(random, arguments);
        // One of them takes over from the other.
        commands.twice(random, List.of(0, 1), arguments);
        commands.run(List.of(0), arguments.toArray(String[]::new));
        List<String> replayed = new ArrayList<>(topics.read(topic + "-backfill").stream()
                .map(record -> new String(record.value(), UTF_8))
                .toList());
        Collections.sort(replayed);
        assertThat(replayed).isEqualTo(values);
    }

    /** What exists is never made to keep less. */
    private void provision(int number) throws ExecutionException, InterruptedException {
        String source = "provisioned-" + number;
        topics.create(source, 2, Map.of());
        List<String> arguments = List.of("provision", "--source", source, "--backfill-partitions", "4");
        commands.interrupt(random, arguments);
        commands.twice(random, List.of(0, 1), arguments);
        commands.run(List.of(0), arguments.toArray(String[]::new));
        assertThat(List.of(config(source + "-live", "retention.ms"), config(source + "-backfill", "retention.ms")))
                .containsOnly(Long.toString(WEEK_MS));
        String longer = Long.toString(WEEK_MS * (2 + random.nextInt(10)));
        set(source + "-live", "retention.ms", longer);
        set(source + "-backfill", "retention.ms", "-1");
        set(source + "-backfill", "min.insync.replicas", "1");
        commands.twice(random, List.of(0, 1), arguments);
        commands.run(List.of(0), arguments.toArray(String[]::new));
        assertThat(config(source + "-live", "retention.ms")).isEqualTo(longer);
        assertThat(config(source + "-backfill", "retention.ms")).isEqualTo("-1");
        assertThat(config(source + "-live-dead-letters", "retention.ms")).isEqualTo("-1");
        assertThat(topics.ends(source + "-live")).hasSize(2);
        assertThat(topics.ends(source + "-backfill")).hasSize(4);
    }

    private String config(String topic, String name) throws ExecutionException, InterruptedException {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        return topics.admin()
                .describeConfigs(List.of(resource))
                .all()
                .get()
                .get(resource)
                .get(name)
                .value();
    }

    private void set(String topic, String name, String value) throws ExecutionException, InterruptedException {
        topics.admin()
                .incrementalAlterConfigs(Map.of(
                        new ConfigResource(ConfigResource.Type.TOPIC, topic),
                        List.of(new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET))))
                .all()
                .get();
    }

    /** Whatever was interrupted, the last word counts, and a speed that was set before stays. */
    private void steer(int number) {
        String group = "steered-" + number;
        int units = 1 + random.nextInt(900);
        commands.run(
                List.of(0), "backfill", "speed", Integer.toString(units), "--backfill-group", group, "--not-started");
        ControlTopicValues.send(topics, group);
        assertThat(commands.run(List.of(0), "backfill", "status", "--backfill-group", group))
                .contains("running, " + units + " write units/s");
        commands.interrupt(random, List.of("backfill", "pause", "--backfill-group", group, "--not-started"));
        commands.twice(random, List.of(0), List.of("backfill", "resume", "--backfill-group", group, "--not-started"));
        assertThat(commands.run(List.of(0), "backfill", "status", "--backfill-group", group))
                .contains("running, " + units + " write units/s");
        commands.run(List.of(0), "backfill", "pause", "--backfill-group", group, "--not-started");
        assertThat(commands.run(List.of(0), "backfill", "status", "--backfill-group", group))
                .contains("paused, " + units + " write units/s");
    }
}
