package io.sidetrack.ops.steering;

import io.sidetrack.common.control.ControlTopic;
import io.sidetrack.common.control.NamedBackfill;
import io.sidetrack.common.control.Steering;
import io.sidetrack.common.settings.StartupException;
import io.sidetrack.common.topic.TopicFacts;
import io.sidetrack.ops.ExitCodes;
import io.sidetrack.ops.JsonObject;
import io.sidetrack.ops.JsonOption;
import io.sidetrack.ops.ProgressLine;
import io.sidetrack.ops.ReadingProgress;
import io.sidetrack.ops.Terminal;
import io.sidetrack.ops.cluster.Cluster;
import io.sidetrack.ops.parked.BackfillName;
import io.sidetrack.ops.parked.BackfillText;
import io.sidetrack.ops.parked.ParkedCount;
import io.sidetrack.ops.scrape.WriterUrls;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sidetrack backfill status}. */
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Shows the last setting of the writers, and each named backfill with a setting: its state, and how many of its"
                    + " records are parked and not yet back on the lane.",
            "With --writer-url, shows the limit and the use of write units of the group."
        },
        exitCodeListHeading = ExitCodes.HEADING,
        exitCodeList = {"0:shown", "1:failed", ExitCodes.INVALID})
final class StatusCommand implements Callable<Integer> {
    /** The time over which the use of write units is measured. */
    private static final Duration MEASURED = Duration.ofSeconds(3);
    /** So many offsets can be read in a few seconds. */
    private static final long COUNTED = 1_000_000;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "NAME", arity = "0..1", description = "Show only this backfill.")
    private String name;

    @Option(
            names = "--count",
            description =
                    "Count the parked records, even if more than a million offsets have to be read for that. Default:"
                            + " show the number of offsets as an upper limit.")
    private boolean count;

    @Mixin
    private SteeringOptions options;

    @Mixin
    private ParkingOptions parking;

    @Mixin
    private WriterUrls urls;

    @Mixin
    private JsonOption json;

    @Override
    public Integer call() {
        urls.requireHttp();
        Optional<BackfillName> only = Optional.ofNullable(name).map(BackfillName::parse);
        PrintWriter out = spec.commandLine().getOut();
        try (Cluster cluster = options.open()) {
            ControlTopic control = options.control(cluster);
            // The setting of the writers needs only their group.
            boolean showsNamed = only.isPresent() || options.isLaneKnown();
            SortedMap<BackfillName, NamedBackfill> settings = showsNamed ? settings(control, only) : new TreeMap<>();
            Map<BackfillName, ParkedCount.Parked> parked = parked(cluster, settings);
            Map<BackfillName, String> remarks = new BackfillRemarks(cluster, parked, this::note).of(settings, options);
            Optional<Steering> steering =
                    only.isPresent() ? Optional.empty() : Optional.of(control.steering(options.writers()));
            if (!showsNamed) {
                note("named backfills are not shown, because their lane is not known; name it with --backfill, or the"
                        + " shared topic with --source");
            }
            if (json.isWanted()) {
                JsonOption.print(
                        out,
                        json(steering, showsNamed ? Optional.of(settings) : Optional.empty(), parked, remarks, use()));
                return 0;
            }
            steering.ifPresent(setting -> out.println(WriterSteering.text(options.writers(), setting)));
            settings.forEach((backfill, setting) -> {
                out.println("backfill " + backfill + ": " + BackfillText.of(setting) + text(parked.get(backfill)));
                if (remarks.containsKey(backfill)) {
                    out.println("  " + remarks.get(backfill));
                }
            });
            only.filter(backfill -> !settings.containsKey(backfill))
                    .ifPresent(backfill -> out.println("backfill " + backfill + ": no setting, it runs"));
            out.flush();
        }
        use().ifPresent(used -> out.println(used.text()));
        out.flush();
        return 0;
    }

    private SortedMap<BackfillName, NamedBackfill> settings(ControlTopic control, Optional<BackfillName> only) {
        SortedMap<BackfillName, NamedBackfill> settings = new TreeMap<>();
        control.backfills(options.lane()).forEach((text, setting) -> {
            BackfillName backfill = new BackfillName(text);
            if (only.isEmpty() || only.get().equals(backfill)) {
                settings.put(backfill, setting);
            }
        });
        return settings;
    }

    private Map<BackfillName, ParkedCount.Parked> parked(
            Cluster cluster, SortedMap<BackfillName, NamedBackfill> settings) {
        Optional<TopicFacts> topic = settings.isEmpty() ? Optional.empty() : parkedTopic(cluster);
        if (topic.isEmpty()) {
            return Map.of();
        }
        ParkedCount parked = new ParkedCount(
                cluster, parking.journal(cluster), options.lane(), topic.get(), parking.header(), settings.keySet());
        if (!count && parked.toRead() > COUNTED) {
            return parked.estimate();
        }
        ReadingProgress progress = new ReadingProgress(
                Terminal.isInteractive()
                        ? Optional.of(new ProgressLine(spec.commandLine().getErr(), System::nanoTime))
                        : Optional.empty(),
                System::nanoTime,
                parked.toRead());
        try {
            return parked.count(read -> progress.update("reading " + topic.get().name(), read));
        } finally {
            progress.end();
        }
    }

    /** The topic for parked records; empty if it does not exist or may not be described. */
    private Optional<TopicFacts> parkedTopic(Cluster cluster) {
        try {
            return parking.topic(cluster, options.lane());
        } catch (StartupException e) {
            note("parked records are not counted (%s)".formatted(e.getMessage()));
            return Optional.empty();
        }
    }

    private void note(String text) {
        PrintWriter err = spec.commandLine().getErr();
        err.println("sidetrack: note: " + text);
        err.flush();
    }

    private static String text(ParkedCount.Parked parked) {
        return parked == null
                ? ""
                : String.format(
                        Locale.ROOT,
                        parked.counted()
                                ? ", %,d parked records are not back on the lane, %,d are"
                                : ", up to %,d parked records are not back on the lane (count them with --count), %,d are",
                        parked.left(),
                        parked.copied());
    }

    private Optional<UnitsUse> use() {
        if (urls.isEmpty()) {
            return Optional.empty();
        }
        UnitsReading before = UnitsReading.of(urls.read(), System.nanoTime());
        LockSupport.parkNanos(MEASURED.toNanos());
        return Optional.of(UnitsReading.of(urls.read(), System.nanoTime()).since(before));
    }

    private JsonObject json(
            Optional<Steering> steering,
            Optional<SortedMap<BackfillName, NamedBackfill>> settings,
            Map<BackfillName, ParkedCount.Parked> parked,
            Map<BackfillName, String> remarks,
            Optional<UnitsUse> use) {
        return new JsonObject()
                .put("writers", steering.map(setting -> WriterSteering.json(options.writers(), setting)))
                .put("backfills", settings.map(some -> json(some, parked, remarks)))
                .put("writeUnits", use.map(UnitsUse::json));
    }

    private static List<JsonObject> json(
            SortedMap<BackfillName, NamedBackfill> settings,
            Map<BackfillName, ParkedCount.Parked> parked,
            Map<BackfillName, String> remarks) {
        List<JsonObject> backfills = new ArrayList<>();
        settings.forEach((backfill, setting) -> {
            JsonObject one = NameSetting.json(backfill, setting);
            ParkedCount.Parked records = parked.get(backfill);
            if (records != null) {
                one.put("leftToCopy", records.left())
                        .put("leftIsCounted", records.counted())
                        .put("copied", records.copied());
            }
            if (remarks.containsKey(backfill)) {
                one.put("remark", remarks.get(backfill));
            }
            backfills.add(one);
        });
        return backfills;
    }
}
