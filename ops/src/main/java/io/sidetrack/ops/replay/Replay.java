package io.sidetrack.ops.replay;

import io.sidetrack.ops.BackfillMark;
import io.sidetrack.ops.Interruption;
import io.sidetrack.ops.JsonOption;
import io.sidetrack.ops.OpsException;
import io.sidetrack.ops.RateLimit;
import io.sidetrack.ops.ReadingProgress;
import io.sidetrack.ops.StopRequest;
import io.sidetrack.ops.cluster.Cluster;
import io.sidetrack.ops.copy.CopySession;
import io.sidetrack.ops.copy.CopyState;
import io.sidetrack.ops.copy.CopyTally;
import io.sidetrack.ops.copy.Copying;
import io.sidetrack.ops.copy.JournalTopic;
import io.sidetrack.ops.copy.Placement;
import io.sidetrack.ops.copy.Slice;
import io.sidetrack.ops.copy.SliceReader;
import io.sidetrack.ops.copy.SliceSurvey;
import io.sidetrack.ops.cost.Cost;
import io.sidetrack.ops.cost.CostOptions;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.Optional;

/**
 * One call of the command. The journal is looked at first, because opening a session ends another run of the same replay, and that
 * must not happen for a call that is refused or has nothing to do:
 *
 * <pre>
 *   journal ── finished ──▶ report
 *     │  └── begun ──▶ what is left of its slice ─┐
 *     └── nothing, or --again ──▶ a slice ────────┴─▶ --dry-run, --max-cost: survey ──▶ session: begin or resume, copy
 * </pre>
 *
 * <p>Not thread-safe.
 */
final class Replay {
    private final Cluster cluster;
    private final TopicOptions.Topics topics;
    private final Request request;
    private final Settings settings;
    private final JournalTopic journal;
    private final PrintWriter out;
    private final PrintWriter err;
    private final ReplayProgress progress;
    private final StopRequest stop = new StopRequest(Thread.currentThread());
    /** What is shown at the moment, if anything is. */
    private Optional<ReadingProgress> shown = Optional.empty();

    /**
     * What is replayed.
     *
     * @param id the name of the replay in the journal
     * @param text all options that determine what is copied, and how
     * @param selection which records of the slice
     */
    record Request(String id, String text, SelectionOptions.Selection selection) {}

    /**
     * Options that do not determine what is copied.
     *
     * @param rate the maximum number of records per second; 0 for no limit
     * @param parallel the number of partitions that are read at a time
     * @param user who calls the command; empty if unknown
     * @param partitionBy how the router places records, as far as its variables say; empty for its default
     */
    record Settings(
            SliceOptions slice,
            BackfillMark mark,
            CostOptions costs,
            double rate,
            int parallel,
            boolean again,
            boolean dryRun,
            boolean json,
            Optional<String> user,
            Optional<String> partitionBy) {}

    Replay(
            Cluster cluster,
            TopicOptions.Topics topics,
            Request request,
            Settings settings,
            JournalTopic journal,
            PrintWriter out,
            PrintWriter err) {
        this.cluster = cluster;
        this.topics = topics;
        this.request = request;
        this.settings = settings;
        this.journal = journal;
        this.out = out;
        this.err = err;
        this.progress = new ReplayProgress(request.id, err);
    }

    /** Does it, and returns the exit code. A signal ends it between two transactions. */
    int run() {
        Interruption interruption = Interruption.watch(progress, stop, err);
        Optional<String> problem = Optional.of("failed");
        try {
            int code = runOrFail();
            problem = Optional.empty();
            return code;
        } catch (OpsException e) {
            problem = Optional.of(e.getMessage());
            throw e;
        } finally {
            interruption.ended(problem);
        }
    }

    private int runOrFail() {
        Optional<CopyState> earlier = settings.again ? Optional.empty() : journal.read(request.id);
        earlier.ifPresent(state -> CopySession.requireSame(
                cluster, request.id, state, plan(state.run().slice())));
        if (earlier.filter(state -> state.run().hasFinished()).isPresent()) {
            return report(earlier.get());
        }
        Slice left = earlier.map(state -> new Slice(topics.source().name(), state.open()))
                .orElseGet(this::newSlice);
        if (settings.dryRun) {
            return dryRun(earlier, left);
        }
        if (settings.costs.hasLimit()) {
            requireCheap(left);
        }
        return copy(left);
    }

    private Slice newSlice() {
        Instant now = Instant.now();
        settings.slice.requireOrder(now);
        SliceResolver resolver = SliceResolver.of(cluster, topics.source(), settings.slice, now);
        if (!settings.slice.allowsDeleted()) {
            resolver.requireWhole(settings.slice.asWritten());
        }
        resolver.notes(now).forEach(this::note);
        return resolver.slice();
    }

    private void note(String text) {
        err.println("sidetrack: note: " + text);
        err.flush();
    }

    private CopySession.Plan plan(Slice slice) {
        return new CopySession.Plan(
                request.text, slice, topics.target().name(), topics.target().partitions(), settings.user.orElse(null));
    }

    private CopyTally survey(Slice left, ReplayCost cost) {
        ReadingProgress reading = progress.ofSurvey(left.offsets());
        CopyTally tally;
        try (SliceReader reader = SliceReader.open(cluster, left.topic(), left.ranges(), settings.parallel)) {
            tally = SliceSurvey.read(
                    reader,
                    left,
                    request.selection.selects(),
                    cost::add,
                    stop,
                    offsets -> reading.update("reading " + left.topic(), offsets));
        } finally {
            reading.end();
        }
        requireNotStopped();
        return tally;
    }

    private void requireNotStopped() {
        if (stop.isRequested()) {
            throw new OpsException(progress.interrupted());
        }
    }

    private int dryRun(Optional<CopyState> earlier, Slice left) {
        ReplayCost replayCost = new ReplayCost(settings.costs.model());
        CopyTally tally = survey(left, replayCost);
        Cost cost = replayCost.cost(settings.costs);
        if (settings.json) {
            JsonOption.print(
                    out,
                    ReplayReport.json(request.id, earlier, left, topics.target().name(), tally, cost));
        } else {
            earlier.ifPresent(state -> ReplayReport.lines(request.id, state).forEach(out::println));
            ReplayReport.lines(left, topics.target().name(), tally).forEach(out::println);
            replayCost.lines(settings.costs).forEach(out::println);
        }
        out.flush();
        return cost.isTooHigh() ? 1 : 0;
    }

    private void requireCheap(Slice left) {
        ReplayCost replayCost = new ReplayCost(settings.costs.model());
        survey(left, replayCost);
        Cost cost = replayCost.cost(settings.costs);
        if (cost.isTooHigh()) {
            throw new OpsException(
                    "not replayed: " + String.join("; ", cost.lines()) + "; raise --max-cost, or select fewer records");
        }
    }

    private int copy(Slice slice) {
        settings.partitionBy
                .filter(by -> !by.equals("key"))
                .ifPresent(by -> note("copies are placed by their keys, not by ROUTER_PARTITION_BY=" + by));
        try (CopySession session = CopySession.open(cluster, journal, request.id, this::refused)) {
            if (settings.again || session.earlier().isEmpty()) {
                session.begin(plan(slice));
            } else {
                session.resume(plan(slice));
            }
            CopyState before = session.earlier().orElseThrow();
            ReadingProgress reading = progress.of(before);
            shown = Optional.of(reading);
            long startNanos = System.nanoTime();
            CopyState after;
            try {
                after = session.copy(
                        new Copying(
                                topics.target().name(),
                                request.selection.selects(),
                                Placement.byKey(
                                        before.run().placedOver(topics.target().partitions())),
                                new ReplayHeaders(topics.trusted(), settings.mark.headerName(), settings.mark.name())),
                        topics.target(),
                        new CopySession.Pace(
                                settings.parallel, new RateLimit(settings.rate, System::nanoTime, stop), stop),
                        state -> {
                            progress.update(state);
                            reading.update("replaying " + topics.source().name(), state.offsetsDone());
                        });
            } finally {
                reading.end();
            }
            if (!after.run().hasFinished()) {
                throw new OpsException(progress.interrupted());
            }
            if (!settings.json) {
                out.println(ReplayReport.rate(
                        after.tally().copied() - before.tally().copied(), (System.nanoTime() - startNanos) / 1e9));
            }
            return report(after);
        }
    }

    private void refused(String line) {
        shown.ifPresent(ReadingProgress::end);
        err.println("sidetrack: " + line);
        err.flush();
    }

    private int report(CopyState state) {
        if (settings.json) {
            JsonOption.print(out, ReplayReport.json(request.id, state, settings.dryRun));
        } else {
            ReplayReport.lines(request.id, state).forEach(out::println);
        }
        out.flush();
        return state.tally().refused() > 0 ? 1 : 0;
    }
}
