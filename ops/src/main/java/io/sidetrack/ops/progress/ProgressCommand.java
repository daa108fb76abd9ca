package io.sidetrack.ops.progress;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sidetrack.common.control.Steering;
import io.sidetrack.common.topic.TopicFacts;
import io.sidetrack.ops.KafkaOptions;
import io.sidetrack.ops.LaneOptions;
import io.sidetrack.ops.OpsException;
import io.sidetrack.ops.Terminal;
import io.sidetrack.ops.cluster.Cluster;
import io.sidetrack.ops.cluster.Standing;
import io.sidetrack.ops.cluster.Unread;
import io.sidetrack.ops.cluster.UnreadSearch;
import java.io.PrintWriter;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
            "Shows how far the router and the lanes' readers have come: lag, rate and time left, from two looks at the"
                    + " offsets.",
            "Every number is of offsets, as in Kafka's own tools: the marker of a transaction has an offset too. Whether a"
                    + " lag that no longer shrinks contains records is looked up.",
            "With --watch it goes on: in place on a terminal, a line for each lane and look when it is piped. Exit codes:"
                    + " 0 shown, 1 failed, 2 wrongly called."
        })
public final class ProgressCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private KafkaOptions kafka;

    @Mixin
    private LaneOptions lanes;

    @Option(names = "--watch", description = "Go on until nothing is left, or until Ctrl-C.")
    private boolean watch;

    @Option(names = "--forever", description = "With --watch: go on even if nothing is left.")
    private boolean forever;

    @Option(
            names = "--interval-ms",
            paramLabel = "MS",
            defaultValue = "2000",
            description = "Between two looks. Default: ${DEFAULT-VALUE}.")
    private long intervalMs;

    @Option(names = "--partitions", description = "Show each partition with a lag.")
    private boolean partitions;

    @Option(names = "--json", description = "An object a look, on a line of its own.")
    private boolean json;

    @Option(
            names = "--router-url",
            split = ",",
            paramLabel = "URL,...",
            description =
                    "Where routers serve their metrics, such as http://localhost:8080: shows the backfills by name,"
                            + " as counted since each router's start.")
    private List<URI> routers = List.of();

    /** Standings that were searched for records, and whether there are any; one that stays the same is searched once. */
    private final Map<Standing, Boolean> searched = new HashMap<>();

    /** A topic and who reads it. */
    private record Reader(String name, TopicFacts topic, String group) {}

    @Override
    public Integer call() {
        if (intervalMs < 100) {
            throw new OpsException("--interval-ms=%d is too short; use 100 or more".formatted(intervalMs));
        }
        try (Cluster cluster = Cluster.open(kafka.properties())) {
            List<Reader> readers = List.of(
                    new Reader("router", cluster.topics().require("--source", lanes.source()), lanes.routerGroup()),
                    new Reader("live", cluster.topics().require("--live", lanes.live()), lanes.liveGroup()),
                    new Reader(
                            "backfill",
                            cluster.topics().require("--backfill", lanes.backfill()),
                            lanes.backfillGroup()));
            boolean inPlace = watch && !json && Terminal.isWatched();
            ProgressText text = new ProgressText(partitions);
            long before = System.nanoTime();
            List<Standing> old = look(cluster, readers);
            boolean left = true;
            int lines = 0;
            while (left) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(intervalMs));
                long now = System.nanoTime();
                List<Standing> current = look(cluster, readers);
                List<LaneProgress> progress = new ArrayList<>();
                for (int i = 0; i < readers.size(); i++) {
                    progress.add(LaneProgress.between(
                            readers.get(i).name(),
                            old.get(i),
                            current.get(i),
                            (now - before) / 1e9,
                            hasRecords(cluster, old.get(i), current.get(i))));
                }
                searched.keySet().retainAll(current);
                Map<String, Long> named = routers.isEmpty() ? Map.of() : NamedBackfills.read(routers);
                Steering steering = cluster.control(lanes.controlTopic()).steering(lanes.backfillGroup());
                lines = show(progress, named, steering, text, inPlace, lines);
                old = current;
                before = now;
                left = watch && (forever || !progress.stream().allMatch(LaneProgress::nothingLeft));
            }
            return 0;
        }
    }

    private static List<Standing> look(Cluster cluster, List<Reader> readers) {
        return readers.stream()
                .map(reader ->
                        cluster.standing(reader.topic().name(), reader.topic().partitions(), reader.group()))
                .toList();
    }

    /** True if a lag may contain records. While the lag shrinks, it is not worth a search. */
    private boolean hasRecords(Cluster cluster, Standing before, Standing now) {
        if (now.lag() == 0 || now.read() != before.read()) {
            return now.lag() > 0;
        }
        try {
            return searched.computeIfAbsent(
                    now, standing -> !(cluster.unread(standing, UnreadSearch.Progress.NONE) instanceof Unread.Nothing));
        } catch (OpsException e) {
            // A partition without a leader, for example: progress goes on to show the offsets, as before.
            return true;
        }
    }

    /** @return the lines that stand on the terminal, to be replaced by the next look */
    private int show(
            List<LaneProgress> progress,
            Map<String, Long> named,
            Steering steering,
            ProgressText text,
            boolean inPlace,
            int before) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(json(progress, named, steering));
            out.flush();
            return 0;
        }
        List<String> lines = text.lines(progress, named, steering, inPlace || Terminal.isWatched());
        if (inPlace && before > 0) {
            // Up to where the last look began, and everything below it away.
            out.printf("\u001b[%dA\u001b[J", before);
        }
        lines.forEach(out::println);
        out.flush();
        return lines.size();
    }

    private static String json(List<LaneProgress> progress, Map<String, Long> named, Steering steering) {
        Map<String, Object> look = new LinkedHashMap<>();
        look.put("at", Instant.now().toString());
        look.put("unit", "offsets");
        List<Map<String, Object>> all = new ArrayList<>();
        for (LaneProgress lane : progress) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("lane", lane.name());
            one.put("topic", lane.topic());
            one.put("group", lane.group());
            one.put("done", lane.done());
            one.put("total", lane.total());
            one.put("lag", lane.lag());
            one.put("nothingLeft", lane.nothingLeft());
            one.put("perSecond", lane.perSecond());
            one.put("arrivingPerSecond", lane.arriving());
            one.put("secondsLeft", lane.secondsLeft().orElse(null));
            one.put("lagByPartition", lane.partitions());
            all.add(one);
        }
        look.put("lanes", all);
        look.put("backfills", named);
        look.put("steering", Map.of("paused", steering.paused(), "writeUnits", steering.writeUnits()));
        try {
            return JsonMapper.builder().build().writeValueAsString(look);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("numbers and text can always be written", e);
        }
    }

    /** How long a router may take to answer. */
    static final Duration PATIENCE = Duration.ofSeconds(5);
}
