package io.sidetrack.ops.progress;

import io.sidetrack.common.control.Steering;
import io.sidetrack.common.settings.StartupException;
import io.sidetrack.common.status.StatusKey;
import io.sidetrack.common.topic.TopicFacts;
import io.sidetrack.ops.ControlOptions;
import io.sidetrack.ops.ExitCodes;
import io.sidetrack.ops.GroupOptions;
import io.sidetrack.ops.JsonObject;
import io.sidetrack.ops.JsonOption;
import io.sidetrack.ops.KafkaOptions;
import io.sidetrack.ops.LaneOptions;
import io.sidetrack.ops.OpsException;
import io.sidetrack.ops.StatusOptions;
import io.sidetrack.ops.Terminal;
import io.sidetrack.ops.cluster.Cluster;
import io.sidetrack.ops.cluster.GroupPosition;
import io.sidetrack.ops.cluster.Unread;
import io.sidetrack.ops.cluster.UnreadSearch;
import io.sidetrack.ops.scrape.Throttling;
import io.sidetrack.ops.scrape.WriterUrls;
import io.sidetrack.ops.steering.UnitsReading;
import io.sidetrack.ops.steering.UnitsUse;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sidetrack progress}. */
@Command(
        name = "progress",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Shows the progress of the router and of the lanes' readers: lag, rate and time left.",
            "Lags and totals are of offsets, as in Kafka's own tools: a transaction marker has an offset too. A lag"
                    + " that does not shrink is searched for records. Rates are of records, estimated from a sample of"
                    + " what was read and written; if the sample cannot be read, they are in \"offsets/s\".",
            "A read rate is measured between two commits. A writer commits every 15 s, so the command takes up to"
                    + " --window-ms if a group has members.",
            "Named backfills are shown with what routers and writers have counted since they began to publish it"
                    + " (docs/operations.md#progress-of-named-backfills).",
            "With --watch it repeats: in place on a terminal, otherwise with a line for each lane and interval."
        },
        exitCodeListHeading = ExitCodes.HEADING,
        exitCodeList = {"0:shown", "1:failed", ExitCodes.INVALID})
public final class ProgressCommand implements Callable<Integer> {
    /** Samples of the offsets in an interval. */
    private static final int SAMPLES = 4;
    /** The share of records changes slowly, and measuring it requires a consumer. */
    private static final Duration SHARE_MAX_AGE = Duration.ofSeconds(10);

    @Spec
    private CommandSpec spec;

    @Mixin
    private KafkaOptions kafka;

    @Mixin
    private LaneOptions lanes;

    @Mixin
    private GroupOptions groups;

    @Mixin
    private ControlOptions control;

    @Option(names = "--watch", description = "Repeat until nothing is left, or until Ctrl-C.")
    private boolean watch;

    @Option(names = "--forever", description = "With --watch: continue even if nothing is left.")
    private boolean forever;

    @Option(
            names = "--interval-ms",
            paramLabel = "MS",
            defaultValue = "2000",
            description = "The interval of the output. Default: ${DEFAULT-VALUE}.")
    private long intervalMs;

    @Option(
            names = "--window-ms",
            paramLabel = "MS",
            defaultValue = "40000",
            description =
                    "The maximum time over which rates are measured, longer than two commit intervals of the readers."
                            + " Default: ${DEFAULT-VALUE}.")
    private long windowMs;

    @Option(names = "--partitions", description = "Show each partition with a lag.")
    private boolean partitions;

    @Option(names = "--json", description = "Print one JSON object per interval, each on a line.")
    private boolean json;

    @Option(
            names = NamedBackfills.OPTION,
            split = ",",
            paramLabel = "URL,...",
            description =
                    "The routers' HTTP addresses, such as http://localhost:8080. Shows the number of records of each"
                            + " named backfill since the routers' start.")
    private List<URI> routers = List.of();

    @Mixin
    private WriterUrls writers;

    @Mixin
    private StatusOptions status;

    @Option(
            names = ProgressPage.OPTION,
            paramLabel = "FILE",
            description =
                    "Also write a page with charts of lag and rates since the start of this command, and with --writer-url"
                            + " of latency. It is one HTML file, which is replaced in each interval; a browser that shows it follows.")
    private Path html;

    /** Whether a position has unread records. A position that does not change is searched only once. */
    private final Map<GroupPosition, Boolean> searched = new HashMap<>();

    /** The share of records among offsets, by name of the lane. */
    private final Map<String, Shares> shares = new HashMap<>();

    /** A topic and the group that reads it. */
    private record Reader(String name, TopicFacts topic, String group, RateWindow window, boolean steered) {}

    private record Shares(long atNanos, OptionalDouble read, OptionalDouble arriving) {}

    @Override
    public Integer call() {
        if (intervalMs < 100 || windowMs < 100) {
            throw new StartupException(
                    "--interval-ms=%d --window-ms=%d".formatted(intervalMs, windowMs), "too short", "Use 100 or more.");
        }
        NamedBackfills.requireHttp(routers);
        writers.requireHttp();
        try (ProgressListener page = page();
                Cluster cluster = Cluster.open(kafka.properties())) {
            List<Reader> readers = readers(cluster);
            try (BackfillWatch watched = watch(cluster)) {
                follow(cluster, readers, watched, page);
            }
            return 0;
        }
    }

    private void follow(Cluster cluster, List<Reader> readers, BackfillWatch watched, ProgressListener page) {
        boolean inPlace = watch && !json && Terminal.isInteractive();
        ProgressText text = new ProgressText(partitions);
        sample(cluster, readers);
        UnitsReading units = UnitsReading.of(writers.read(), System.nanoTime());
        long start = System.nanoTime();
        List<GroupPosition> shown = positions(readers);
        boolean left = true;
        int lines = 0;
        boolean noted = false;
        while (left) {
            await(cluster, readers);
            Steering steering = cluster.control(control.topic()).steering(groups.backfill(lanes));
            Map<Reader, LaneProgress.Reader> states = new LinkedHashMap<>();
            readers.forEach(reader -> states.put(reader, state(cluster, reader, steering)));
            if (!watch && isUnknown(cluster, states, shown) && System.nanoTime() - start < windowMs * 1_000_000) {
                if (!noted) {
                    noted = true;
                    PrintWriter err = spec.commandLine().getErr();
                    err.printf("sidetrack: waiting up to %d s for two commits of the readers%n", windowMs / 1000);
                    err.flush();
                }
                continue;
            }
            List<LaneProgress> progress = new ArrayList<>();
            for (int i = 0; i < readers.size(); i++) {
                Reader reader = readers.get(i);
                GroupPosition now = reader.window().now();
                progress.add(LaneProgress.of(
                        reader.name(),
                        now,
                        rates(cluster, reader, states.get(reader)),
                        states.get(reader),
                        hasRecords(cluster, shown.get(i), now)));
            }
            shown = positions(readers);
            searched.keySet().retainAll(shown);
            Map<String, Long> named = routers.isEmpty() ? Map.of() : NamedBackfills.read(routers);
            Map<URI, String> metrics = writers.read();
            UnitsReading unitsNow = UnitsReading.of(metrics, System.nanoTime());
            Optional<UnitsUse> use = writers.isEmpty() ? Optional.empty() : Optional.of(unitsNow.since(units));
            units = unitsNow;
            Backfills backfills = watched.read(cluster.control(control.topic()).backfills(lanes.backfill()));
            Throttling throttling = Throttling.of(metrics.values());
            page.sampled(new ProgressSample(progress, named, backfills, metrics, throttling, steering, use));
            lines = show(progress, named, backfills, throttling, steering, use, text, inPlace, lines);
            left = watch && (forever || !progress.stream().allMatch(LaneProgress::nothingLeft));
        }
    }

    private BackfillWatch watch(Cluster cluster) {
        return BackfillWatch.open(
                cluster.client(),
                status.topic(),
                Set.of(
                        new StatusKey(StatusKey.ROUTER, groups.router(lanes), lanes.source(), 0),
                        new StatusKey(StatusKey.WRITER, groups.backfill(lanes), lanes.backfill(), 0),
                        StatusKey.ofOperators(lanes.backfill())),
                spec.commandLine().getErr(),
                Clock.systemUTC());
    }

    private ProgressListener page() {
        return html == null
                ? ProgressListener.NONE
                : ProgressPage.open(html, Duration.ofMillis(intervalMs), Clock.systemUTC(), System::nanoTime);
    }

    private List<Reader> readers(Cluster cluster) {
        List<Reader> readers = new ArrayList<>();
        readers.add(reader(cluster, "router", "--source", lanes.source(), groups.router(lanes), false));
        if (!lanes.isOneTopic()) {
            readers.add(reader(cluster, "live", "--live", lanes.live(), groups.live(lanes), false));
        }
        readers.add(reader(cluster, "backfill", "--backfill", lanes.backfill(), groups.backfill(lanes), true));
        return readers;
    }

    private Reader reader(Cluster cluster, String name, String option, String topic, String group, boolean steered) {
        return new Reader(
                name,
                cluster.topics().require(option, topic),
                group,
                new RateWindow(Duration.ofMillis(windowMs)),
                steered);
    }

    /** Samples the offsets several times, so that two commits in an interval are enough for a rate. */
    private void await(Cluster cluster, List<Reader> readers) {
        long start = System.nanoTime();
        long end = start + TimeUnit.MILLISECONDS.toNanos(intervalMs);
        for (long now = start; now - end < 0; now = System.nanoTime()) {
            LockSupport.parkNanos(Math.min(end - now, TimeUnit.MILLISECONDS.toNanos(intervalMs / SAMPLES)));
            sample(cluster, readers);
        }
    }

    private static void sample(Cluster cluster, List<Reader> readers) {
        readers.forEach(reader -> {
            GroupPosition position =
                    cluster.position(reader.topic().name(), reader.topic().partitions(), reader.group());
            reader.window().add(System.nanoTime(), position);
        });
    }

    private static List<GroupPosition> positions(List<Reader> readers) {
        return readers.stream().map(reader -> reader.window().now()).toList();
    }

    private static LaneProgress.Reader state(Cluster cluster, Reader reader, Steering steering) {
        if (!cluster.isActive(reader.group())) {
            return LaneProgress.Reader.NOBODY;
        }
        return reader.steered() && steering.paused() ? LaneProgress.Reader.PAUSED : LaneProgress.Reader.MEMBERS;
    }

    /** True if the rate of a reader that has records to read is still unknown. */
    private boolean isUnknown(Cluster cluster, Map<Reader, LaneProgress.Reader> states, List<GroupPosition> shown) {
        int i = 0;
        for (Map.Entry<Reader, LaneProgress.Reader> entry : states.entrySet()) {
            RateWindow window = entry.getKey().window();
            if (window.read(entry.getValue() == LaneProgress.Reader.MEMBERS).isEmpty()
                    && hasRecords(cluster, shown.get(i), window.now())) {
                return true;
            }
            i++;
        }
        return false;
    }

    private Rates rates(Cluster cluster, Reader reader, LaneProgress.Reader state) {
        RateWindow window = reader.window();
        OptionalDouble read = window.read(state == LaneProgress.Reader.MEMBERS);
        double arriving = window.arriving();
        Shares last = shares.get(reader.name());
        long now = System.nanoTime();
        boolean isOld = last == null
                || now - last.atNanos > SHARE_MAX_AGE.toNanos()
                || (last.read.isEmpty() && read.orElse(0) > 0)
                || (last.arriving.isEmpty() && arriving > 0);
        if (isOld) {
            String topic = reader.topic().name();
            last = new Shares(
                    now, cluster.recordShare(topic, window.read()), cluster.recordShare(topic, window.written()));
            shares.put(reader.name(), last);
        }
        return new Rates(read, arriving, last.read, last.arriving);
    }

    /** True if a lag may contain records. A lag is not searched while it shrinks. */
    private boolean hasRecords(Cluster cluster, GroupPosition before, GroupPosition now) {
        if (now.lag() == 0 || now.read() != before.read()) {
            return now.lag() > 0;
        }
        try {
            return searched.computeIfAbsent(
                    now, position -> !(cluster.unread(position, UnreadSearch.Progress.NONE) instanceof Unread.Nothing));
        } catch (OpsException e) {
            // A partition without a leader, for example: progress continues to show offsets.
            return true;
        }
    }

    /** @return the number of lines on the terminal that the next output replaces */
    private int show(
            List<LaneProgress> progress,
            Map<String, Long> named,
            Backfills backfills,
            Throttling throttling,
            Steering steering,
            Optional<UnitsUse> use,
            ProgressText text,
            boolean inPlace,
            int before) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            JsonOption.print(out, json(progress, named, backfills, throttling, steering, use));
            return 0;
        }
        List<String> lines =
                text.lines(progress, named, backfills, throttling, steering, use, inPlace || Terminal.isInteractive());
        if (inPlace) {
            ProgressText.replace(out, lines, before);
        } else {
            lines.forEach(out::println);
        }
        out.flush();
        return lines.size();
    }

    private static JsonObject json(
            List<LaneProgress> progress,
            Map<String, Long> named,
            Backfills backfills,
            Throttling throttling,
            Steering steering,
            Optional<UnitsUse> use) {
        return new JsonObject()
                .put("at", Instant.now())
                .put("unit", "offsets")
                .put("lanes", progress.stream().map(ProgressCommand::json).toList())
                .put("backfills", named)
                .put("namedBackfills", backfills.json())
                .put("uncertainRecords", backfills.uncertain())
                .put(
                        "throttling",
                        throttling.calls().entrySet().stream()
                                .map(entry -> new JsonObject()
                                        .put("reason", entry.getKey().reason())
                                        .put("resource", entry.getKey().resource())
                                        .put("calls", entry.getValue()))
                                .toList())
                .put(
                        "steering",
                        new JsonObject().put("paused", steering.paused()).put("writeUnits", steering.writeUnits()))
                .put("writeUnits", use.map(UnitsUse::json));
    }

    private static JsonObject json(LaneProgress lane) {
        Rates rates = lane.rates();
        return new JsonObject()
                .put("lane", lane.name())
                .put("topic", lane.topic())
                .put("group", lane.group())
                .put("done", lane.done())
                .put("total", lane.total())
                .put("lag", lane.lag())
                .put("nothingLeft", lane.nothingLeft())
                .put("perSecond", rates.read())
                .put("arrivingPerSecond", rates.arriving())
                .put("rateUnit", rates.readsRecords() && rates.writesRecords() ? "records" : "offsets")
                .put("reader", lane.reader().name().toLowerCase(Locale.ROOT))
                .put("secondsLeft", lane.secondsLeft())
                .put("lagByPartition", lane.partitions());
    }
}
