package io.sidetrack.ops.publish;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sidetrack.common.settings.KafkaProperties;
import io.sidetrack.common.settings.StartupException;
import io.sidetrack.common.topic.TopicDirectory;
import io.sidetrack.common.topic.TopicFacts;
import io.sidetrack.ops.BackfillMark;
import io.sidetrack.ops.Environment;
import io.sidetrack.ops.ExitCodes;
import io.sidetrack.ops.Interruption;
import io.sidetrack.ops.JsonOption;
import io.sidetrack.ops.KafkaOptions;
import io.sidetrack.ops.OpsException;
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
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
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
            "Sends files with one JSON object per line to a topic. The bytes of a line are the value of a record. With"
                    + " --format dynamodb, sends the items of an export of a DynamoDB table to S3: whole, with sets and"
                    + " binary values, and marked, so that the writer reads them as items; and the deletes of an"
                    + " incremental export.",
            "With --backfill, the records are marked, so that the router sends them to the backfill lane."
        },
        exitCodeListHeading = ExitCodes.HEADING,
        exitCodeList = {
            "0:all lines were sent; with --dry-run, all can be sent",
            "1:not all were or can be sent, or the cost is higher than --max-cost",
            ExitCodes.INVALID
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
            arity = "1..*",
            paramLabel = "FILE",
            description =
                    "Files, which are decompressed if they are gzip, in this order; folders, whose files that end in"
                            + " .json, .jsonl or .ndjson, with or without .gz, are sent in the order of their names, without the"
                            + " manifests of an export; - for standard input.")
    private List<Path> named;

    @Option(
            names = "--topic",
            paramLabel = "TOPIC",
            description = "The topic to send to. Default: ROUTER_SOURCE_TOPIC.")
    private String topic;

    @Mixin
    private FormatOptions format;

    @Mixin
    private BackfillMark mark;

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
            names = "--from-file",
            paramLabel = "FILE",
            description = "With several files: start with --from-line of this file, and skip the files before it.")
    private Path fromFile;

    @Option(
            names = "--skip-bad-lines",
            paramLabel = "FILE",
            description =
                    "Append lines that cannot be sent to this file, and continue: lines that are not of the format,"
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
                    "Only read the files, and print the number of records, bad lines and the cost. Needs no brokers.")
    private boolean dryRun;

    @Mixin
    private CostOptions costs;

    @Mixin
    private JsonOption json;

    /** @param environment with the services' own variables */
    public PublishCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        LineFormat lines = format.lines();
        if (!(rate >= 0) || fromLine < 1) {
            throw new StartupException(
                    "--rate=" + rate + " --from-line=" + fromLine,
                    "not valid",
                    "Use a positive rate, and a line number of 1 or more.");
        }
        InputFiles files = InputFiles.of(named);
        long from = files.position(Optional.ofNullable(fromFile), fromLine);
        mark.check();
        WriteModel model = costs.model();
        if (dryRun || costs.hasLimit()) {
            FileSurvey survey = survey(files, from, model);
            Cost cost = survey.cost(costs);
            if (dryRun) {
                PrintWriter out = spec.commandLine().getOut();
                if (json.isWanted()) {
                    JsonOption.print(out, survey.json().put("cost", cost.json()));
                } else {
                    survey.lines().forEach(out::println);
                    cost.lines().forEach(out::println);
                    out.flush();
                }
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
        files.found().ifPresent(found -> spec.commandLine().getErr().println("sidetrack: " + found));
        // Opened first, because this rejects a file of bad lines that is one of the files.
        try (BadLineFile bad = badLines == null ? null : BadLineFile.open(badLines, files.files());
                Input input = Input.open(files, from, maxLineBytes);
                Producer<byte[], byte[]> producer = Producers.open(client, properties)) {
            StopRequest stop = new StopRequest(Thread.currentThread());
            Publisher publisher = new Publisher(
                    files,
                    from,
                    producer,
                    lines,
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
            publish(publisher, input, stop);
            return 0;
        } catch (IOException | UncheckedIOException e) {
            throw unreadable(e);
        }
    }

    private static OpsException unreadable(Exception failure) {
        return new OpsException("a file cannot be read: " + failure.getMessage(), failure);
    }

    private FileSurvey survey(InputFiles files, long from, WriteModel model) {
        if (files.isStandardInput()) {
            throw new StartupException(
                    dryRun ? "--dry-run" : "--max-cost",
                    "standard input can be read only once",
                    "Name a file, or omit the option.");
        }
        try {
            return FileSurvey.read(format.records(MAX_REQUEST_BYTES), files, from, model);
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private void publish(Publisher publisher, Input input, StopRequest stop) {
        Interruption interruption =
                Interruption.watch(publisher, stop, spec.commandLine().getErr());
        Optional<String> problem = Optional.of("failed");
        try {
            Publisher.Summary summary = publisher.publish(input);
            PrintWriter out = spec.commandLine().getOut();
            if (json.isWanted()) {
                JsonOption.print(out, summary.json());
            } else {
                out.println(summary);
                out.flush();
            }
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
            if (format.hasTimestamp() && facts.stampsRecords()) {
                throw new StartupException(
                        format.timestampOption(),
                        "topic " + to
                                + " has message.timestamp.type=LogAppendTime, so it would replace every timestamp by"
                                + " the time of arrival",
                        "Set message.timestamp.type=CreateTime on the topic, or omit the option.");
            }
            // A topic that deletes by age can delete old records before they are read.
            if (format.hasTimestamp() && facts.losesOldRecords().isPresent()) {
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
