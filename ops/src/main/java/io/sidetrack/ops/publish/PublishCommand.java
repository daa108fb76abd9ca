package io.sidetrack.ops.publish;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sidetrack.common.settings.KafkaProperties;
import io.sidetrack.common.settings.StartupException;
import io.sidetrack.common.topic.TopicDirectory;
import io.sidetrack.common.topic.TopicFacts;
import io.sidetrack.ops.BackfillMark;
import io.sidetrack.ops.Environment;
import io.sidetrack.ops.Interruption;
import io.sidetrack.ops.KafkaOptions;
import io.sidetrack.ops.OpsException;
import io.sidetrack.ops.PointerText;
import io.sidetrack.ops.RateLimit;
import io.sidetrack.ops.StopRequest;
import io.sidetrack.ops.Terminal;
import io.sidetrack.ops.cluster.Producers;
import io.sidetrack.ops.cost.Cost;
import io.sidetrack.ops.cost.CostOptions;
import io.sidetrack.ops.cost.WriteModel;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigDef;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sidetrack publish}. */
@Command(
        name = "publish",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Sends a file with one JSON object per line to a topic. The bytes of a line are the value of a record.",
            "With --backfill, the records are marked, so that the router sends them to the backfill lane."
        })
public final class PublishCommand implements Callable<Integer> {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    /** The longest line that is held in memory, unless KAFKA_MAX_REQUEST_SIZE is set. */
    private static final int MAX_REQUEST_BYTES = 32 * 1024 * 1024;
    /** More than lz4 achieves with JSON: a line that exceeds the topic's limit by this factor never fits. */
    private static final int MAX_COMPRESSION = 16;

    private static final int HEAP_OF_A_LINE = 16;
    private static final int MIN_REQUEST_BYTES = 1024 * 1024;

    private final Environment environment;

    @Spec
    private CommandSpec spec;

    @Mixin
    private KafkaOptions kafka;

    @Parameters(
            paramLabel = "FILE",
            description = "The file, which is decompressed if its name ends in .gz; - for standard input.")
    private Path file;

    @Option(
            names = "--topic",
            paramLabel = "TOPIC",
            description = "The topic to send to. Default: ROUTER_SOURCE_TOPIC.")
    private String topic;

    @Option(
            names = "--key",
            required = true,
            paramLabel = "/POINTER",
            description = "The JSON pointer to the record's key in each line, such as /order/id.")
    private String key;

    @Mixin
    private BackfillMark mark;

    @Option(
            names = "--timestamp",
            paramLabel = "/POINTER",
            description =
                    "The JSON pointer to the record's timestamp in each line: ms since 1970, or an ISO 8601 instant."
                            + " Default: the time of sending.")
    private String timestamp;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "0",
            description = "The maximum number of records per second. Default: no limit.")
    private double rate;

    @Option(
            names = "--from-line",
            paramLabel = "N",
            defaultValue = "1",
            description = "Start with this line, to continue where a run has stopped.")
    private long fromLine;

    @Option(
            names = "--skip-bad-lines",
            paramLabel = "FILE",
            description =
                    "Append lines that cannot be sent to this file, and continue: lines that are not a JSON object,"
                            + " have no key or timestamp, or are too large. Default: stop at the first one.")
    private Path badLines;

    @Option(
            names = "--progress",
            paramLabel = "STYLE",
            description = "bar, plain (one line per second) or none. Default: bar on a terminal, none otherwise.")
    private Progress.Style style;

    @Option(
            names = "--dry-run",
            description =
                    "Only read the file, and print the number of records, bad lines and the cost. Needs no brokers."
                            + " Exit codes: 0 the file can be sent, 1 it has bad lines or costs more than --max-cost.")
    private boolean dryRun;

    @Mixin
    private CostOptions costs;

    /** @param environment with the services' own variables */
    public PublishCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        LineParser reader = new LineParser(
                PointerText.parse("--key", key),
                Optional.ofNullable(timestamp).map(at -> PointerText.parse("--timestamp", at)));
        if (!(rate >= 0) || fromLine < 1) {
            throw new StartupException(
                    "--rate=" + rate + " --from-line=" + fromLine,
                    "not valid",
                    "Use a positive rate, and a line number of 1 or more.");
        }
        if (!file.toString().equals("-") && (!Files.isReadable(file) || Files.isDirectory(file))) {
            throw new StartupException("FILE " + file, "cannot be read", "Name a file with one JSON object per line.");
        }
        mark.check();
        WriteModel model = costs.model();
        if (dryRun || costs.hasLimit()) {
            FileSurvey survey = survey(model);
            Cost cost = survey.cost(costs);
            if (dryRun) {
                PrintWriter out = spec.commandLine().getOut();
                survey.lines().forEach(out::println);
                cost.lines().forEach(out::println);
                out.flush();
                return cost.isTooHigh() || (survey.hasBadLines() && badLines == null) ? 1 : 0;
            }
            if (cost.isTooHigh()) {
                throw new OpsException(
                        "nothing was sent: " + String.join("; ", cost.lines()) + "; raise --max-cost to send it");
            }
        }
        String to = environment
                .orVariable(topic, "ROUTER_SOURCE_TOPIC")
                .orElseThrow(() -> new StartupException(
                        "--topic", "not given", "Name the shared topic, here or in ROUTER_SOURCE_TOPIC."));
        KafkaProperties client = kafka.properties();
        TopicFacts facts = checkedTopic(client, to);
        Map<String, Object> properties = producerProperties(client.producer(), facts.maxMessageBytes());
        int maxLineBytes = maxLineBytes(properties);
        // Opened first, because this rejects a file of bad lines that is the input file.
        try (BadLineFile bad = badLines == null ? null : BadLineFile.open(badLines, file);
                Lines lines = Lines.open(file, maxLineBytes);
                Producer<byte[], byte[]> producer = Producers.open(client, properties)) {
            StopRequest stop = new StopRequest(Thread.currentThread());
            Publisher publisher = new Publisher(
                    fromLine,
                    producer,
                    reader,
                    new Publisher.Target(
                            to,
                            facts.maxMessageBytes(),
                            maxLineBytes,
                            mark.headerName(),
                            mark.name().map(name -> name.getBytes(UTF_8))),
                    Optional.ofNullable(bad),
                    new RateLimit(rate, System::nanoTime, stop),
                    stop,
                    new Progress(styleOrDefault(), spec.commandLine().getErr(), System::nanoTime));
            publish(publisher, lines, stop);
            return 0;
        } catch (IOException | UncheckedIOException e) {
            throw new OpsException(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private FileSurvey survey(WriteModel model) {
        if (file.toString().equals("-")) {
            throw new StartupException(
                    dryRun ? "--dry-run" : "--max-cost",
                    "standard input can be read only once",
                    "Name a file, or omit the option.");
        }
        FileRecords records = new FileRecords(
                PointerText.parse("--key", key),
                Optional.ofNullable(timestamp).map(at -> PointerText.parse("--timestamp", at)),
                MAX_REQUEST_BYTES);
        try {
            return FileSurvey.read(records, file, fromLine, model);
        } catch (IOException e) {
            throw new OpsException(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private void publish(Publisher publisher, Lines lines, StopRequest stop) {
        Interruption interruption =
                Interruption.watch(publisher, stop, spec.commandLine().getErr());
        Optional<String> problem = Optional.of("failed");
        try {
            Publisher.Summary summary = publisher.publish(lines);
            spec.commandLine().getOut().println(summary);
            spec.commandLine().getOut().flush();
            problem = Optional.empty();
        } catch (OpsException e) {
            problem = Optional.of(e.getMessage());
            throw e;
        } finally {
            interruption.ended(problem);
        }
    }

    private Progress.Style styleOrDefault() {
        if (style != null) {
            return style;
        }
        return Terminal.isInteractive() ? Progress.Style.BAR : Progress.Style.NONE;
    }

    private TopicFacts checkedTopic(KafkaProperties client, String to) {
        try (Admin admin = TopicDirectory.open(client, TIMEOUT)) {
            TopicFacts facts = new TopicDirectory(admin, TIMEOUT).require("--topic", to);
            if (timestamp != null && facts.stampsRecords()) {
                throw new StartupException(
                        "--timestamp=" + timestamp,
                        "topic " + to
                                + " has message.timestamp.type=LogAppendTime, so it would replace every timestamp by"
                                + " the time of arrival",
                        "Set message.timestamp.type=CreateTime on the topic, or omit the option.");
            }
            // A topic that deletes by age can delete old records before they are read.
            if (timestamp != null && facts.losesOldRecords().isPresent()) {
                spec.commandLine()
                        .getErr()
                        .println("sidetrack: note: topic " + to + " "
                                + facts.losesOldRecords().get()
                                + "; with --timestamp, lines older than that can be deleted before they are read");
            }
            return facts;
        }
    }

    /** @throws KafkaException if the property is not a size */
    private static int maxLineBytes(Map<String, Object> properties) {
        return (int) ConfigDef.parseType(
                ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                properties.get(ProducerConfig.MAX_REQUEST_SIZE_CONFIG),
                ConfigDef.Type.INT);
    }

    /**
     * The longest line to hold in memory. The limit of the topic applies after compression, so a longer line may fit, if the
     * heap has room for its bytes, their JSON and the copies of the producer.
     */
    static int maxRequestBytes(int maxMessageBytes, long heapBytes) {
        long compressible = Math.min((long) maxMessageBytes * MAX_COMPRESSION, heapBytes / HEAP_OF_A_LINE);
        return (int) Math.min(MAX_REQUEST_BYTES, Math.max(MIN_REQUEST_BYTES, Math.max(maxMessageBytes, compressible)));
    }

    private static Map<String, Object> producerProperties(Map<String, Object> client, int maxMessageBytes) {
        Map<String, Object> properties = new HashMap<>();
        properties.put("linger.ms", 20);
        properties.put("batch.size", 128 * 1024);
        properties.put("compression.type", "lz4");
        properties.put(
                "max.request.size",
                maxRequestBytes(maxMessageBytes, Runtime.getRuntime().maxMemory()));
        properties.put("client.id", "sidetrack-publish");
        properties.putAll(client);
        // Without these two, a retry could write lines twice or out of order.
        properties.put("acks", "all");
        properties.put("enable.idempotence", true);
        return properties;
    }
}
