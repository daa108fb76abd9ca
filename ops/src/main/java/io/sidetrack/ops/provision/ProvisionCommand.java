package io.sidetrack.ops.provision;

import io.sidetrack.common.settings.StartupException;
import io.sidetrack.common.topic.TopicDirectory;
import io.sidetrack.common.topic.TopicFacts;
import io.sidetrack.ops.ControlOptions;
import io.sidetrack.ops.DeadLetterOptions;
import io.sidetrack.ops.ExitCodes;
import io.sidetrack.ops.JsonObject;
import io.sidetrack.ops.JsonOption;
import io.sidetrack.ops.KafkaOptions;
import io.sidetrack.ops.LaneOptions;
import io.sidetrack.ops.ParkedOptions;
import io.sidetrack.ops.StatusOptions;
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
            "Creates the lanes of a shared topic, their dead-letter topics and the topic for parked records, with the"
                    + " configs that keep a backfill's old records, and corrects those that have drifted.",
            "A second run changes nothing. Never deletes a topic or removes partitions, and never makes a topic keep"
                    + " less than it keeps now, unless --allow-weaker is given. Returns when every partition has a"
                    + " leader."
        },
        exitCodeListHeading = ExitCodes.HEADING,
        exitCodeList = {
            "0:all topics are as declared, or keep more",
            "1:some are not, or were left alone",
            ExitCodes.INVALID
        })
public final class ProvisionCommand implements Callable<Integer> {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    @Spec
    private CommandSpec spec;

    @Mixin
    private KafkaOptions kafka;

    @Option(
            names = "--file",
            paramLabel = "FILE",
            description = "A JSON file with the values of the options below; options take precedence.")
    private Path file;

    @Mixin
    private LaneOptions lanes;

    @Mixin
    private ParkedOptions parked;

    @Mixin
    private DeadLetterOptions deadLetters;

    @Mixin
    private StatusOptions status;

    @Mixin
    private ControlOptions control;

    @Option(names = "--create-source", description = "Create the shared topic if it does not exist.")
    private Boolean createSource;

    @Option(names = "--source-partitions", paramLabel = "N", description = "With --create-source. Default: 3.")
    private Integer sourcePartitions;

    @Option(names = "--live-partitions", paramLabel = "N", description = "Default: as many as the source has.")
    private Integer livePartitions;

    @Option(names = "--backfill-partitions", paramLabel = "N", description = "Default: 48.")
    private Integer backfillPartitions;

    @Option(
            names = "--replication-factor",
            paramLabel = "N",
            description = "The replication factor of new topics. Default: that of the cluster.")
    private Short replicationFactor;

    @Option(
            names = "--retention-ms",
            paramLabel = "MS",
            description = "How long lanes keep records, from their arrival there. Default: 604800000, 7 days. A longer"
                    + " retention is left alone.")
    private Long retentionMs;

    @Option(
            names = "--retention-bytes",
            paramLabel = "N",
            description =
                    "How many bytes a partition of a lane keeps; older records are deleted, whether they have been"
                            + " read or not. Default: -1, no limit: a limit that a lane has is removed unless it is given"
                            + " here.")
    private Long retentionBytes;

    @Option(
            names = "--dead-letter-retention-ms",
            paramLabel = "MS",
            description = "How long dead-letter topics keep records. Default: -1, forever.")
    private Long deadLetterRetentionMs;

    @Option(
            names = "--parked-retention-ms",
            paramLabel = "MS",
            description = "How long the topic for parked records keeps them. Default: -1, forever.")
    private Long parkedRetentionMs;

    @Option(
            names = "--grow-partitions",
            description =
                    "Add partitions to a lane that has fewer than declared, and to its topic for parked records. Most keys then move to another"
                            + " partition, and newer records of a key may be written before older ones in the old partition:"
                            + " first resume every named backfill, stop the router and wait until the lane's writer has read"
                            + " everything.")
    private boolean growPartitions;

    @Option(
            names = "--allow-weaker",
            description =
                    "Allow changes that make a topic keep less: shorten its retention to the given one, or replace"
                            + " compaction by deletion.")
    private boolean allowWeaker;

    @Option(names = "--dry-run", description = "Print what would be done, and change nothing.")
    private boolean dryRun;

    @Option(names = "--check", description = "Change nothing; exit with 1 if a topic is not as declared.")
    private boolean check;

    @Mixin
    private JsonOption json;

    @Override
    public Integer call() {
        LaneOptions.Named options = lanes.options();
        LaneDeclaration given = new LaneDeclaration(
                options.source().orElse(null),
                createSource,
                sourcePartitions,
                options.live().orElse(null),
                livePartitions,
                options.backfill().orElse(null),
                backfillPartitions,
                parked.option().orElse(null),
                replicationFactor,
                retentionMs,
                deadLetterRetentionMs,
                parkedRetentionMs,
                retentionBytes);
        LaneDeclaration variables = LaneDeclaration.of(lanes.variables(), parked.variable());
        LaneDeclaration declaration = (file == null ? variables : variables.overriddenBy(LaneDeclaration.read(file)))
                .overriddenBy(given)
                .complete();
        try (Admin admin = TopicDirectory.open(kafka.properties(), TIMEOUT)) {
            return provision(declaration, admin, new TopicDirectory(admin, TIMEOUT));
        }
    }

    private int provision(LaneDeclaration declaration, Admin admin, TopicDirectory directory) {
        PrintWriter out = spec.commandLine().getOut();
        Optional<TopicFacts> sourceFacts = directory.find(declaration.source());
        if (sourceFacts.isEmpty() && !declaration.createSource()) {
            throw new StartupException(
                    "--source=" + declaration.source(),
                    "there is no such topic",
                    "Correct the name, or create it with --create-source.");
        }
        List<TopicSpec> wanted = new ArrayList<>(RequiredTopics.topics(
                declaration,
                sourceFacts,
                deadLetters.all(declaration.source(), List.of(declaration.live(), declaration.backfill()))));
        controlThatLoses(directory).ifPresent(wanted::add);
        if (maySeeStatus(directory)) {
            wanted.add(RequiredTopics.status(status.topic(), declaration.replicationFactor()));
        }
        List<Change> changes = changes(wanted, directory);
        if (changes.isEmpty() && !json.isWanted()) {
            out.println("all " + wanted.size() + " topics are as declared");
        }
        boolean left = false;
        Provisioner provisioner = new Provisioner(admin);
        List<JsonObject> listed = new ArrayList<>();
        for (Change change : changes) {
            left |= !change.isAllowed() && change.isRequired();
            boolean apply = change.isAllowed() && !dryRun && !check;
            if (!json.isWanted()) {
                out.println((apply || !change.isAllowed() ? "" : "would ") + change.instruction());
            }
            if (apply) {
                provisioner.apply(change);
            }
            listed.add(describe(change, apply));
        }
        out.flush();
        if (!check && !dryRun) {
            provisioner.awaitLeaders(wanted);
        }
        boolean asDeclared = changes.stream().noneMatch(Change::isRequired);
        if (json.isWanted()) {
            JsonOption.print(
                    out,
                    new JsonObject()
                            .put("topics", wanted.stream().map(TopicSpec::name).toList())
                            .put("asDeclared", asDeclared)
                            .put("changes", listed));
        }
        return (check && !asDeclared) || (!check && left) ? 1 : 0;
    }

    private static JsonObject describe(Change change, boolean applied) {
        return new JsonObject()
                .put("kind", change.kind())
                .put("topic", change.topic())
                .put("text", change.instruction())
                .put("required", change.isRequired())
                .put("allowed", change.isAllowed())
                .put("applied", applied);
    }

    /** Everything else works without the status topic, also for a principal of an earlier version. */
    private boolean maySeeStatus(TopicDirectory directory) {
        try {
            var unused = directory.find(status.topic());
            return true;
        } catch (StartupException e) {
            note(e.getMessage() + " Until then, `sidetrack progress` does not count the records of named backfills.");
            return false;
        }
    }

    /** The control topic, if somebody has created it with configs that do not keep what is recorded. */
    private Optional<TopicSpec> controlThatLoses(TopicDirectory directory) {
        try {
            return directory
                    .find(control.topic())
                    .filter(facts -> facts.losesLastRecords().isPresent())
                    .map(RequiredTopics::control);
        } catch (StartupException e) {
            note(e.getMessage() + " Until then, the retention of the control topic is not checked.");
            return Optional.empty();
        }
    }

    private void note(String text) {
        PrintWriter err = spec.commandLine().getErr();
        err.println("sidetrack: note: " + text);
        err.flush();
    }

    private List<Change> changes(List<TopicSpec> wanted, TopicDirectory directory) {
        Map<String, TopicFacts> actual =
                directory.find(wanted.stream().map(TopicSpec::name).toList());
        return new ArrayList<>(Plan.changes(wanted, actual, growPartitions, allowWeaker));
    }
}
