package io.sidetrack.ops.parked;

import io.sidetrack.common.control.BackfillFeed;
import io.sidetrack.common.control.ControlTopic;
import io.sidetrack.common.control.ExclusiveSetting;
import io.sidetrack.common.control.NamedBackfill;
import io.sidetrack.common.control.NamedBackfill.State;
import io.sidetrack.common.record.ParkedBy;
import io.sidetrack.common.settings.StartupException;
import io.sidetrack.common.status.BackfillOutcome;
import io.sidetrack.common.status.StatusAddition;
import io.sidetrack.common.status.StatusKey;
import io.sidetrack.common.topic.TopicFacts;
import io.sidetrack.ops.Interruption;
import io.sidetrack.ops.OpsException;
import io.sidetrack.ops.ProgressLine;
import io.sidetrack.ops.StopRequest;
import io.sidetrack.ops.Terminal;
import io.sidetrack.ops.cluster.Cluster;
import io.sidetrack.ops.cluster.GroupPosition;
import io.sidetrack.ops.copy.JournalTopic;
import io.sidetrack.ops.parked.ParkedJournals.Before;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.kafka.common.KafkaException;

/** Resumes a named backfill: opens what {@link Resume} needs, and runs it. Not thread-safe. */
public final class ResumeOperation {
    private final Cluster cluster;
    private final ControlTopic control;
    private final JournalTopic journal;
    private final ParkedBackfill backfill;
    private final Services services;
    private final Optional<String> user;
    private final PrintWriter err;
    private final Resume.Timing timing;
    private final StopRequest stop = new StopRequest(Thread.currentThread());

    /**
     * The services of the lane.
     *
     * @param source the shared topic
     * @param routers the group of the routers
     * @param areRoutersRetired whether the operator states that no router runs or will, so that what they have committed does not
     *     matter, and the source need not exist
     * @param writers the groups of the writers
     * @param statusTopic where services count the records of named backfills
     * @param remarks why a group of writers may not read at the moment; empty for no reason
     */
    public record Services(
            String source,
            String routers,
            boolean areRoutersRetired,
            List<String> writers,
            String statusTopic,
            UnaryOperator<String> remarks) {}

    /**
     * What a resume has done.
     *
     * @param setting the setting at its end
     * @param ofWriters the number of copied records that writers had parked
     * @param ofRouters the number of copied records that routers had parked
     * @param discarded the number of parked records that will not be written
     * @param refused the number of records that the lane has rejected
     */
    public record Result(NamedBackfill setting, long ofWriters, long ofRouters, long discarded, long refused) {}

    /** @param user who calls the command; empty if unknown */
    public ResumeOperation(
            Cluster cluster,
            ControlTopic control,
            JournalTopic journal,
            ParkedBackfill backfill,
            Services services,
            Optional<String> user,
            PrintWriter err) {
        this(cluster, control, journal, backfill, services, user, err, Resume.Timing.STANDARD);
    }

    ResumeOperation(
            Cluster cluster,
            ControlTopic control,
            JournalTopic journal,
            ParkedBackfill backfill,
            Services services,
            Optional<String> user,
            PrintWriter err,
            Resume.Timing timing) {
        this.cluster = cluster;
        this.control = control;
        this.journal = journal;
        this.backfill = backfill;
        this.services = services;
        this.user = user;
        this.err = err;
        this.timing = timing;
    }

    /**
     * Resumes it. A signal ends this between two transactions.
     *
     * @param skipDeleted whether parked records that were deleted before they were copied are left out
     * @throws OpsException if it is not resumed completely; another call continues
     */
    public Result run(boolean skipDeleted) {
        BackfillName name = backfill.name();
        try (ExclusiveSetting held = control.exclusive(backfill.lane().name(), name.text(), cluster.admin());
                ParkedJournals journals = ParkedJournals.open(cluster, journal, backfill, user, this::refused);
                BackfillFeed changes = control.followBackfills(backfill.lane().name(), () -> {})) {
            NamedBackfill begin = held.read().orElseThrow(this::notPaused);
            if (begin.state() != State.PAUSED && begin.state() != State.CANCELLED) {
                journals.requireSameLane(begin);
            }
            boolean hasEnded = begin.state() == State.RESUMED;
            boolean discards = begin.state() == State.CANCELLED && begin.discards();
            if (!discards) {
                requireRouters();
                ParkedHeader.require(cluster, backfill);
            }
            if (journals.isParkedTopicReplaced() && !skipDeleted && !discards && !hasEnded) {
                throw lost("it was deleted and created again, so that what was parked in it is gone");
            }
            journals.prepare(Before.of(Optional.of(begin))).forEach(note -> err.println("sidetrack: note: " + note));
            requireHeld(journals, skipDeleted || discards);
            noteServices();
            err.flush();
            return run(begin, held, journals, changes);
        } catch (ExclusiveSetting.TakenOverException e) {
            throw ResumeRun.takenOver(name, e);
        }
    }

    /**
     * With the name of a group that is not the routers', it would be published that nothing of what they have routed is copied, and
     * they would park forever.
     */
    private void requireRouters() {
        if (services.areRoutersRetired) {
            if (cluster.isActive(services.routers)) {
                throw new OpsException(
                        "group %s has members, so routers are running; omit --no-routers".formatted(services.routers));
            }
            return;
        }
        TopicFacts source = cluster.topics()
                .find(services.source)
                .orElseThrow(() -> new StartupException(
                        "--source=" + services.source,
                        "there is no such topic",
                        "Correct the name, or add --no-routers if the routers are retired."));
        GroupPosition at = cluster.position(services.source, source.partitions(), services.routers);
        boolean hasRecords =
                at.partitions().values().stream().anyMatch(one -> one.range().length() > 0);
        if (hasRecords && !at.isKnown()) {
            throw new OpsException(
                    ("group %s has committed no offset in %s, so it is unknown what routers have parked; correct --router-group"
                                    + " or --source, start the routers first, or add --no-routers if they are retired")
                            .formatted(services.routers, services.source));
        }
    }

    /** What an operator may not expect. */
    private void noteServices() {
        if (!services.areRoutersRetired && !cluster.isActive(services.routers)) {
            err.println("sidetrack: note: no router of group " + services.routers + " is running at present");
        }
        if (services.writers.size() > 1) {
            err.println(
                    "sidetrack: note: several groups of writers read the lane: "
                            + String.join(", ", services.writers)
                            + "; each of them has to read what was on it, unless --backfill-group names the only one that counts");
        }
    }

    private OpsException notPaused() {
        List<String> paused = control.backfills(backfill.lane().name()).entrySet().stream()
                .filter(entry -> entry.getValue().state() != State.RESUMED)
                .map(Map.Entry::getKey)
                .toList();
        return new OpsException("%s is neither paused nor cancelled, so there is nothing to resume; %s"
                .formatted(
                        backfill.name(),
                        paused.isEmpty() ? "no backfill is" : "these are: " + String.join(", ", paused)));
    }

    private OpsException lost(String how) {
        return new OpsException(
                ("%s was to keep what is parked, but %s; records of %s may be lost and have to be sent again; --allow-deleted"
                                + " resumes with what is left")
                        .formatted(backfill.parked().name(), how, backfill.name()));
    }

    private void requireHeld(ParkedJournals journals, boolean skipDeleted) {
        Optional<String> deleted = journals.deleted();
        if (deleted.isEmpty()) {
            return;
        }
        if (!skipDeleted) {
            throw lost(deleted.get() + " were deleted before they were copied");
        }
        err.println("sidetrack: note: " + deleted.get() + " were deleted before they were copied; they are left out");
        journals.skipDeleted();
    }

    private Result run(NamedBackfill begin, ExclusiveSetting held, ParkedJournals journals, BackfillFeed changes) {
        ResumeProgress progress = new ResumeProgress(
                backfill.name(),
                err,
                Terminal.isInteractive() ? Optional.of(new ProgressLine(err, System::nanoTime)) : Optional.empty(),
                System::nanoTime,
                services.remarks);
        ParkedCopies copies = new ParkedCopies(cluster, backfill, journals, stop, progress::copying);
        Resume resume = new Resume(
                begin,
                new ControlledSetting(held, changes, begin),
                new ClusterPositions(
                        cluster,
                        backfill,
                        services.areRoutersRetired
                                ? Optional.empty()
                                : Optional.of(new ClusterPositions.Routers(services.source, services.routers)),
                        services.writers),
                copies,
                timing,
                System::currentTimeMillis,
                () -> System.nanoTime() / 1_000_000);
        ResumeRun run = new ResumeRun(resume, progress, backfill.name(), stop, System::nanoTime);
        Interruption interruption = Interruption.watch(run, stop, err);
        Optional<String> problem = Optional.of("failed");
        try {
            run.run();
            problem = Optional.empty();
            return new Result(
                    resume.now(),
                    copies.copied(ParkedBy.WRITER),
                    copies.copied(ParkedBy.ROUTER),
                    copies.discarded(),
                    copies.refused());
        } catch (OpsException e) {
            problem = Optional.of(e.getMessage());
            throw e;
        } finally {
            publish(copies.discarded());
            interruption.ended(problem);
        }
    }

    /** Without this, `sidetrack progress` would show these records as left forever. */
    private void publish(long discarded) {
        if (discarded == 0) {
            return;
        }
        try {
            StatusAddition.add(
                    cluster.client(),
                    services.statusTopic,
                    StatusKey.ofOperators(backfill.lane().name()),
                    backfill.name().text(),
                    BackfillOutcome.DISCARDED,
                    discarded,
                    Clock.systemUTC());
        } catch (KafkaException e) {
            err.println("sidetrack: note: status topic " + services.statusTopic + " cannot be written ("
                    + e.getMessage() + "), so `sidetrack progress` shows the discarded records as left");
        }
    }

    private void refused(String line) {
        err.println("sidetrack: " + line);
        err.flush();
    }
}
