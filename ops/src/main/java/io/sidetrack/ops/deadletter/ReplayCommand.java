package io.sidetrack.ops.deadletter;

import io.sidetrack.common.control.DeadLetterReplay;
import io.sidetrack.common.settings.StartupException;
import io.sidetrack.common.topic.TopicFacts;
import io.sidetrack.ops.ControlOptions;
import io.sidetrack.ops.ExitCodes;
import io.sidetrack.ops.Interruption;
import io.sidetrack.ops.JsonObject;
import io.sidetrack.ops.JsonOption;
import io.sidetrack.ops.LaneOptions;
import io.sidetrack.ops.OperatorOptions;
import io.sidetrack.ops.OpsException;
import io.sidetrack.ops.StopRequest;
import io.sidetrack.ops.cluster.Cluster;
import io.sidetrack.ops.transaction.TransactionalProducer;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.producer.Producer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sidetrack dead-letters replay}. */
@Command(
        name = "replay",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Sends each dead letter once to its source topic. The record and the mark of the dead letter are written"
                    + " in one transaction, so that an interrupted replay loses and repeats nothing. A second replay of"
                    + " the same topic ends the first one, and continues where it stopped.",
            "Targets are only the lane or source after which the dead-letter topic is named, those that --source,"
                    + " --live, --backfill or their variables name, and --to-topic.",
            "A replayed record has its original headers, and sidetrack-attempt. For a reduced dead letter, its source"
                    + " record is fetched and sent. A dead letter that cannot be replayed is reported, and the replay"
                    + " continues.",
            "Who replays, what and when is recorded in the control topic; `dead-letters history` prints it."
        },
        exitCodeListHeading = ExitCodes.HEADING,
        exitCodeList = {"0:done, or nothing to replay", "1:not done, some refused, or all skipped", ExitCodes.INVALID})
final class ReplayCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private DeadLettersCommand.Topic topic;

    @Mixin
    private DeadLetterFilter filter;

    @Mixin
    private LaneOptions lanes;

    @Option(
            names = "--to-topic",
            paramLabel = "TOPIC",
            description = "The topic to send to. Default: the source topic of each dead letter.")
    private String to;

    @Option(
            names = "--max-attempts",
            paramLabel = "N",
            defaultValue = "5",
            description = "Skip dead letters that were already replayed this often. Default: ${DEFAULT-VALUE}.")
    private int maxAttempts;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "0",
            description = "The maximum number of dead letters per second. Default: no limit.")
    private double rate;

    @Option(names = "--dry-run", description = "Print what would be done, and change nothing.")
    private boolean dryRun;

    @Mixin
    private OperatorOptions operator;

    @Mixin
    private ControlOptions control;

    @Mixin
    private JsonOption json;

    @Override
    public Integer call() {
        if (!(rate >= 0)) {
            throw new StartupException("--rate=" + rate, "not valid", "Use a positive rate.");
        }
        String who = operator.operator();
        filter.check();
        try (Cluster cluster = topic.open()) {
            TopicFacts facts = topic.facts(cluster);
            facts.losesRecordsByKey().ifPresent(problem -> {
                throw new StartupException(
                        "--topic=" + facts.name(),
                        problem + "; replayed dead letters cannot be marked there",
                        "Set cleanup.policy=delete, as `sidetrack provision` does.");
            });
            if (to != null) {
                cluster.topics().require("--to-topic", to);
            }
            ReplayTargets targets =
                    new ReplayTargets(Optional.ofNullable(to), facts.name(), lanes.known(), name -> cluster.topics()
                            .find(name)
                            .isPresent());
            ReplaySession session = new ReplaySession(cluster, facts, filter, targets, maxAttempts, this::printProblem);
            if (dryRun) {
                session.dryRun();
                return report("would replay", session.tally());
            }
            return replay(cluster, facts, session, who);
        }
    }

    private int replay(Cluster cluster, TopicFacts facts, ReplaySession session, String who) {
        // A second replay of the topic at the same time fences the first one, whose transaction is then aborted.
        try (TransactionalProducer transactional = TransactionalProducer.open(cluster, transactionalId(facts.name()))) {
            // Fence before reading: another replay can commit nothing after that, and its earlier commits are read.
            Producer<byte[], byte[]> producer =
                    transactional.fenceOthers(failure -> ReplayTransactions.fenced(facts.name(), 0, failure));
            StopRequest stop = new StopRequest(Thread.currentThread());
            ReplayAudit audit = new ReplayAudit(
                    new DeadLetterReplay(
                            facts.name(),
                            cluster.topics().identity(facts.name()),
                            who,
                            System.currentTimeMillis(),
                            ReplaySession.ends(cluster, facts),
                            filter.text()
                                    + (to == null ? "" : (filter.text().isEmpty() ? "" : " ") + "--to-topic " + to),
                            null),
                    run -> cluster.control(control.topic()).put(run, cluster.admin()));
            Interruption interruption =
                    Interruption.watch(session, stop, spec.commandLine().getErr());
            Optional<String> problem = Optional.of("failed");
            int code = 1;
            try {
                session.replay(producer, new ReplaySession.Run(rate, stop, audit));
                problem = Optional.empty();
            } catch (OpsException | StartupException e) {
                problem = Optional.of(e.getMessage());
                throw e;
            } finally {
                // A replay that failed before it found anything has no tally.
                if (problem.isEmpty() || session.tally().hasFound()) {
                    code = report("replayed", session.tally());
                }
                interruption.ended(problem);
            }
            return code;
        }
    }

    private int report(String verb, ReplayTally tally) {
        PrintWriter out = spec.commandLine().getOut();
        if (json.isWanted()) {
            JsonOption.print(
                    out,
                    new JsonObject()
                            .put("topic", topic.name())
                            .put("dryRun", dryRun)
                            .put("tally", tally.json()));
        } else {
            tally.lines(verb, maxAttempts).forEach(out::println);
            out.flush();
        }
        return tally.exitCode();
    }

    private void printProblem(String problem) {
        PrintWriter err = spec.commandLine().getErr();
        err.println("sidetrack: " + problem);
        err.flush();
    }

    private static String transactionalId(String topic) {
        return "sidetrack-replay-" + topic;
    }
}
