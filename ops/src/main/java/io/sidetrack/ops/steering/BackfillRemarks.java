package io.sidetrack.ops.steering;

import io.sidetrack.common.control.NamedBackfill;
import io.sidetrack.common.settings.StartupException;
import io.sidetrack.common.topic.TopicIdentity;
import io.sidetrack.ops.cluster.Cluster;
import io.sidetrack.ops.parked.BackfillName;
import io.sidetrack.ops.parked.BackfillText;
import io.sidetrack.ops.parked.ParkedCount;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/** What an operator has to know or to do about backfills beyond their state. */
final class BackfillRemarks {
    private final Cluster cluster;
    private final Map<BackfillName, ParkedCount.Parked> parked;
    private final Consumer<String> notes;

    /**
     * @param parked the numbers of parked records
     * @param notes receives what could not be found out
     */
    BackfillRemarks(Cluster cluster, Map<BackfillName, ParkedCount.Parked> parked, Consumer<String> notes) {
        this.notes = notes;
        this.cluster = cluster;
        this.parked = parked;
    }

    /** The remarks, for those of the backfills that need one. */
    Map<BackfillName, String> of(SortedMap<BackfillName, NamedBackfill> settings, SteeringOptions options) {
        // A topic is looked up only if it matters: this principal may not describe it.
        Optional<TopicIdentity> lane = settings.values().stream().anyMatch(setting -> setting.lane() != null)
                ? identity(Optional.of(options.lane()))
                : Optional.empty();
        Optional<TopicIdentity> source = settings.values().stream()
                        .anyMatch(
                                setting -> setting.source() != null && setting.state() == NamedBackfill.State.RESUMING)
                ? identity(options.knownSource())
                : Optional.empty();
        Map<BackfillName, String> remarks = new TreeMap<>();
        settings.forEach((backfill, setting) -> {
            if (lane.filter(now -> !setting.isOfLane(now)).isPresent()) {
                remarks.put(backfill, BackfillText.ofOtherLane(setting, options.lane()));
            } else if (setting.state() == NamedBackfill.State.RESUMING
                    && source.filter(now -> !setting.isOfSource(now)).isPresent()) {
                remarks.put(backfill, BackfillText.ofOtherSource());
            } else if (setting.state() == NamedBackfill.State.RESUMED && isAnyLeft(parked.get(backfill))) {
                remarks.put(backfill, "it is resumed, and records are parked nevertheless; resume it again");
            }
        });
        return remarks;
    }

    /** Empty if the topic is not known, does not exist or may not be described. */
    private Optional<TopicIdentity> identity(Optional<String> topic) {
        return topic.flatMap(name -> {
            try {
                return cluster.topics().findIdentity(name);
            } catch (StartupException e) {
                notes.accept("it is not checked whether %s was deleted and created again (%s)"
                        .formatted(name, e.getMessage()));
                return Optional.empty();
            }
        });
    }

    private static boolean isAnyLeft(ParkedCount.Parked records) {
        return records != null && records.counted() && records.left() > 0;
    }
}
