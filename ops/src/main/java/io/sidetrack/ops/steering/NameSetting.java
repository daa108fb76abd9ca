package io.sidetrack.ops.steering;

import io.sidetrack.common.control.ExclusiveSetting;
import io.sidetrack.common.control.NamedBackfill;
import io.sidetrack.common.control.NamedBackfill.State;
import io.sidetrack.common.status.StatusKey;
import io.sidetrack.common.status.StatusReader;
import io.sidetrack.common.topic.TopicFacts;
import io.sidetrack.ops.Environment;
import io.sidetrack.ops.JsonObject;
import io.sidetrack.ops.JsonOption;
import io.sidetrack.ops.OpsException;
import io.sidetrack.ops.cluster.Cluster;
import io.sidetrack.ops.parked.BackfillName;
import io.sidetrack.ops.parked.BackfillText;
import io.sidetrack.ops.parked.ParkedBackfill;
import io.sidetrack.ops.parked.ParkedJournals;
import io.sidetrack.ops.parked.ParkedJournals.Before;
import io.sidetrack.ops.parked.ParkedTopic;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine;

/** Pauses or cancels a named backfill. */
final class NameSetting {
    private static final Duration STATUS_TIMEOUT = Duration.ofSeconds(5);
    private static final int MOST_NAMES = 10;

    private final SteeringOptions options;
    private final ParkingOptions parking;
    private final Environment environment;
    private final JsonOption json;
    private final PrintWriter out;
    private final PrintWriter err;

    /** @param command writes the result and notes */
    NameSetting(
            SteeringOptions options,
            ParkingOptions parking,
            Environment environment,
            JsonOption json,
            CommandLine command) {
        this.options = options;
        this.parking = parking;
        this.environment = environment;
        this.json = json;
        this.out = command.getOut();
        this.err = command.getErr();
    }

    /**
     * Puts a setting, unless it is in effect already.
     *
     * @param wanted paused or cancelled
     * @throws OpsException if the setting that is in effect does not allow that
     */
    void put(BackfillName name, NamedBackfill wanted) {
        try (Cluster cluster = options.open()) {
            TopicFacts lane = options.lane(cluster);
            ParkedBackfill backfill = parking.backfill(cluster, lane, name);
            try (ExclusiveSetting control =
                            options.control(cluster).exclusive(lane.name(), name.text(), cluster.admin());
                    ParkedJournals journals = ParkedJournals.open(
                            cluster, parking.journal(cluster), backfill, environment.get("USER"), line -> {})) {
                Optional<NamedBackfill> now = control.read();
                requireAllowed(name, now, wanted);
                // Before services park: what is parked later is after these positions.
                List<String> notes = new ArrayList<>(journals.prepare(Before.of(now)));
                if (!wanted.discards()) {
                    notes.addAll(ParkedTopic.risks(backfill.parked(), lane));
                }
                boolean isInEffect = now.filter(
                                setting -> setting.state() == wanted.state() && setting.discards() == wanted.discards())
                        .isPresent();
                if (!isInEffect) {
                    control.put(wanted.after(now));
                }
                notes.forEach(note -> err.println("sidetrack: note: " + note));
                noteIfUnknown(cluster, name);
                err.flush();
                print(backfill, isInEffect ? now.get() : wanted);
            } catch (ExclusiveSetting.TakenOverException e) {
                throw new OpsException(name + ": " + e.getMessage() + "; run this one again", e);
            }
        }
    }

    /** What was dropped is gone, and what is parked is to be dropped: neither would be true of what a later pause parks. */
    private static void requireAllowed(BackfillName name, Optional<NamedBackfill> now, NamedBackfill wanted) {
        now.filter(setting -> setting.state() == State.CANCELLED && setting.discards() && !wanted.discards())
                .ifPresent(setting -> {
                    throw new OpsException(
                            ("%s is cancelled and its records are discarded (since %s); resume it first, which lets records"
                                            + " through that come after that")
                                    .formatted(name, Instant.ofEpochMilli(setting.setAtMs())));
                });
    }

    /** A name that no router has counted may be misspelt, or belong to a backfill that has not begun. */
    private void noteIfUnknown(Cluster cluster, BackfillName name) {
        Optional<StatusKey> routers = options.statusOfRouters();
        if (routers.isEmpty()) {
            return;
        }
        Set<String> counted = new TreeSet<>();
        try (StatusReader reader =
                StatusReader.open(cluster.client(), options.statusTopic(), Set.of(routers.get()), STATUS_TIMEOUT)) {
            reader.read();
            reader.entries(StatusKey.ROUTER)
                    .forEach(entries -> counted.addAll(
                            entries.get(entries.size() - 1).names().keySet()));
        } catch (KafkaException e) {
            return;
        }
        if (!counted.isEmpty() && !counted.contains(name.text())) {
            err.println("sidetrack: note: no router has counted a record of " + name + " so far; counted: "
                    + counted.stream().limit(MOST_NAMES).collect(Collectors.joining(", "))
                    + (counted.size() > MOST_NAMES ? ", ..." : ""));
        }
    }

    private void print(ParkedBackfill backfill, NamedBackfill setting) {
        if (json.isWanted()) {
            JsonOption.print(
                    out,
                    json(backfill.name(), setting)
                            .put("lane", backfill.lane().name())
                            .put("parkedTopic", backfill.parked().name()));
            return;
        }
        out.println("backfill " + backfill.name() + ": " + BackfillText.of(setting));
        out.println(
                setting.discards()
                        ? "its records are dropped and counted as discarded; what is parked in %s will not be written"
                                .formatted(backfill.parked().name())
                        : "its records are parked in %s; `sidetrack backfill resume` with this name returns them"
                                .formatted(backfill.parked().name()));
        out.flush();
    }

    /** A setting for programs. */
    static JsonObject json(BackfillName name, NamedBackfill setting) {
        return new JsonObject()
                .put("name", name.text())
                .put("state", setting.state().name().toLowerCase(Locale.ROOT))
                .put("discards", setting.discards())
                .put("since", Instant.ofEpochMilli(setting.setAtMs()));
    }
}
