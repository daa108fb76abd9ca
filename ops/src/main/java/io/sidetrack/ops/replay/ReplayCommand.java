package io.sidetrack.ops.replay;

import io.sidetrack.common.settings.StartupException;
import io.sidetrack.ops.BackfillMark;
import io.sidetrack.ops.Environment;
import io.sidetrack.ops.ExitCodes;
import io.sidetrack.ops.JsonOption;
import io.sidetrack.ops.KafkaOptions;
import io.sidetrack.ops.cluster.Cluster;
import io.sidetrack.ops.copy.JournalOptions;
import io.sidetrack.ops.copy.JournalTopic;
import io.sidetrack.ops.copy.ParkedCopyId;
import io.sidetrack.ops.cost.CostOptions;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sidetrack replay}. */
@Command(
        name = "replay",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Copies a part of a topic that Kafka still retains to the backfill lane. Key, value and headers stay as they"
                    + " are; headers with the original timestamp and the origin are added. No consumer group is involved.",
            "Exactly once: the same command continues a replay that was interrupted, with the slice that it began with, and"
                    + " reports one that is finished."
        },
        exitCodeListHeading = ExitCodes.HEADING,
        exitCodeList = {
            ExitCodes.DONE,
            "1:not done, some records refused, or the cost is higher than --max-cost",
            ExitCodes.INVALID
        })
public final class ReplayCommand implements Callable<Integer> {
    private final Environment environment;

    @Spec
    private CommandSpec spec;

    @Mixin
    private KafkaOptions kafka;

    @Mixin
    private TopicOptions topics;

    @Mixin
    private SliceOptions slice;

    @Mixin
    private SelectionOptions selection;

    @Mixin
    private BackfillMark mark;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "0",
            description = "The maximum number of replayed records per second. Default: no limit.")
    private double rate;

    @Option(
            names = "--parallel-partitions",
            paramLabel = "N",
            defaultValue = "4",
            description =
                    "The number of partitions that are read at a time. Where the topic is tiered, each costs reads of"
                            + " remote storage. Default: ${DEFAULT-VALUE}.")
    private int parallel;

    @Mixin
    private JournalOptions journals;

    @Option(
            names = "--id",
            paramLabel = "ID",
            description =
                    "The name of this replay in the journal. Default: derived from the options that select and change"
                            + " records.")
    private String givenId;

    @Option(
            names = "--again",
            description =
                    "Begin anew, with a slice that is determined now, even if a replay with this id has finished or"
                            + " was interrupted.")
    private boolean again;

    @Option(
            names = "--dry-run",
            description =
                    "Only read the slice, and print the number of records, the first and the last one, and the cost."
                            + " Of a replay that has begun: how far it is, and what is left.")
    private boolean dryRun;

    @Mixin
    private JsonOption json;

    @Mixin
    private CostOptions costs;

    /** @param environment with the services' own variables */
    public ReplayCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        if (!(rate >= 0) || parallel < 1) {
            throw new StartupException(
                    "--rate=" + rate + " --parallel-partitions=" + parallel,
                    "not valid",
                    "Use a positive rate, and one partition or more.");
        }
        if (givenId != null && (!JournalTopic.isId(givenId) || ParkedCopyId.isOne(givenId))) {
            throw new StartupException(
                    "--id=" + givenId,
                    "not valid",
                    "Use 1 to 100 letters, digits, '.', '_', '~' and '-', which do not begin with parked~.");
        }
        mark.check();
        slice.check();
        costs.check();
        SelectionOptions.Selection selected = selection.read();
        try (Cluster cluster = Cluster.open(kafka.properties())) {
            TopicOptions.Topics found = topics.find(cluster.topics());
            slice.partitions(found.source());
            String request = request(selected);
            String id = givenId != null
                    ? givenId
                    : RequestId.of(found.source().name(), found.target().name(), request);
            return new Replay(
                            cluster,
                            found,
                            // With auto, the result of the option must not change between two processes.
                            new Replay.Request(id, request + " trusted=" + found.trusted(), selected),
                            new Replay.Settings(
                                    slice,
                                    mark,
                                    costs,
                                    rate,
                                    parallel,
                                    again,
                                    dryRun,
                                    json.isWanted(),
                                    environment.get("USER"),
                                    environment.get("ROUTER_PARTITION_BY")),
                            journals.topic(cluster),
                            spec.commandLine().getOut(),
                            spec.commandLine().getErr())
                    .run();
        }
    }

    /** All options that determine what is copied, and how, as text. */
    private String request(SelectionOptions.Selection selected) {
        return slice.text()
                + (selected.text().isEmpty() ? "" : " " + selected.text())
                + mark.name()
                        .map(name -> " backfill=" + RequestId.quoted(name) + " header-name="
                                + RequestId.quoted(mark.headerName()))
                        .orElse("")
                + " " + topics.text();
    }
}
