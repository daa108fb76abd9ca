package io.sidetrack.ops.provision;

import io.sidetrack.common.settings.StartupException;
import io.sidetrack.common.topic.TopicDirectory;
import io.sidetrack.common.topic.TopicFacts;
import io.sidetrack.ops.KafkaOptions;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.Admin;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sidetrack provision}. */
@Command(
        name = "provision",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Creates the lanes of a shared topic and their dead-letter topics, with the configs that keep a backfill's"
                    + " old records, and mends those that have drifted.",
            "Doing it again changes nothing. Never deletes or shrinks a topic, and leaves alone what would make a topic"
                    + " keep less than it does. Returns when every partition has a leader.",
            "Exit codes: 0 all is as it should be, 1 something is not or was left alone, 2 wrongly called."
        })
public final class ProvisionCommand implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Spec
    private CommandSpec spec;

    @Mixin
    private KafkaOptions kafka;

    @Option(names = "--file", paramLabel = "FILE", description = "A JSON file that says what the options below say.")
    private Path file;

    @Option(names = "--source", paramLabel = "TOPIC", description = "The shared topic. Default: ROUTER_SOURCE_TOPIC.")
    private String source;

    @Option(names = "--create-source", description = "Create the shared topic if it is not there.")
    private Boolean createSource;

    @Option(names = "--source-partitions", paramLabel = "N", description = "With --create-source. Default: 3.")
    private Integer sourcePartitions;

    @Option(
            names = "--live",
            paramLabel = "TOPIC",
            description = "The live lane. Default: ROUTER_LIVE_TOPIC, or SOURCE-live.")
    private String live;

    @Option(names = "--live-partitions", paramLabel = "N", description = "Default: as many as the source has.")
    private Integer livePartitions;

    @Option(
            names = "--backfill",
            paramLabel = "TOPIC",
            description = "The backfill lane. Default: ROUTER_BACKFILL_TOPIC, or SOURCE-backfill. The live lane's name"
                    + " makes both one topic.")
    private String backfill;

    @Option(names = "--backfill-partitions", paramLabel = "N", description = "Default: 48.")
    private Integer backfillPartitions;

    @Option(
            names = "--replication-factor",
            paramLabel = "N",
            description = "Of topics that are created. Default: the cluster's.")
    private Short replicationFactor;

    @Option(
            names = "--retention-ms",
            paramLabel = "MS",
            description =
                    "How long lanes keep records, from their arrival there. Default: 604800000, 7 days, or longer if"
                            + " they already do.")
    private Long retentionMs;

    @Option(
            names = "--retention-bytes",
            paramLabel = "N",
            description = "How many bytes a partition of a lane keeps; more are deleted, read or not. Default: -1, no"
                    + " limit.")
    private Long retentionBytes;

    @Option(
            names = "--dead-letter-retention-ms",
            paramLabel = "MS",
            description = "How long dead-letter topics keep records. Default: -1, for ever.")
    private Long deadLetterRetentionMs;

    @Option(
            names = "--grow-partitions",
            description = "Add partitions to a lane that has fewer than wanted. Most keys then move to another"
                    + " partition, and newer records of a key may be written before older ones that still wait in the"
                    + " old partition: stop the router and let the lane drain first.")
    private boolean growPartitions;

    @Option(
            names = "--allow-weaker",
            description = "Also make topics keep less than they do: shorten a retention to the one that is given, or"
                    + " replace compaction by deletion.")
    private boolean allowWeaker;

    @Option(names = "--dry-run", description = "Say what would be done, and do nothing.")
    private boolean dryRun;

    @Option(names = "--check", description = "Do nothing; exit with 1 if anything is not as it should be.")
    private boolean check;

    @Override
    public Integer call() {
        LaneDeclaration options = new LaneDeclaration(
                source,
                createSource,
                sourcePartitions,
                live,
                livePartitions,
                backfill,
                backfillPartitions,
                replicationFactor,
                retentionMs,
                deadLetterRetentionMs,
                retentionBytes);
        LaneDeclaration settings = LaneDeclaration.of(System.getenv());
        LaneDeclaration lanes = (file == null ? settings : settings.overriddenBy(LaneDeclaration.read(file)))
                .overriddenBy(options)
                .complete();
        try (Admin admin = TopicDirectory.open(kafka.properties(), PATIENCE)) {
            return provision(lanes, admin, new TopicDirectory(admin, PATIENCE));
        }
    }

    private int provision(LaneDeclaration lanes, Admin admin, TopicDirectory directory) {
        PrintWriter out = spec.commandLine().getOut();
        Optional<TopicFacts> sourceFacts =
                Optional.ofNullable(directory.find(List.of(lanes.source())).get(lanes.source()));
        if (sourceFacts.isEmpty() && !lanes.createSource()) {
            throw new StartupException(
                    "--source=" + lanes.source(),
                    "there is no such topic",
                    "Correct the name, or let it be created with --create-source.");
        }
        List<TopicSpec> wanted = RequiredTopics.topics(lanes, sourceFacts);
        List<Change> changes = changes(wanted, directory);
        if (changes.isEmpty()) {
            out.println("all " + wanted.size() + " topics are as they should be");
        }
        boolean left = false;
        Provisioner provisioner = new Provisioner(admin);
        for (Change change : changes) {
            left |= !change.isAllowed();
            boolean make = change.isAllowed() && !dryRun && !check;
            out.println((make || !change.isAllowed() ? "" : "would ") + change.instruction());
            if (make) {
                provisioner.make(change);
            }
        }
        out.flush();
        if (check) {
            return changes.isEmpty() ? 0 : 1;
        }
        if (!dryRun) {
            provisioner.awaitLeaders(wanted);
        }
        return left ? 1 : 0;
    }

    private List<Change> changes(List<TopicSpec> wanted, TopicDirectory directory) {
        Map<String, TopicFacts> actual =
                directory.find(wanted.stream().map(TopicSpec::name).toList());
        return new ArrayList<>(Plan.changes(wanted, actual, growPartitions, allowWeaker));
    }
}
