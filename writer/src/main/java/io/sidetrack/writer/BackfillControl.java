package io.sidetrack.writer;

import io.sidetrack.common.control.NamedBackfill;
import io.sidetrack.common.control.NamedBackfills;
import io.sidetrack.common.topic.IdentityWatch;
import io.sidetrack.common.topic.TopicIdentity;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies an operator's settings for the named backfills of the lane, and logs what changes. Offsets in a setting that belong to a
 * former topic of the lane's name do not take effect: records of this one would be parked, and nobody would copy them back. Not
 * thread-safe.
 */
final class BackfillControl {
    private static final Logger log = LoggerFactory.getLogger(BackfillControl.class);
    /** A control topic can have thousands of names. */
    private static final int MOST_LINES = 10;

    private final NamedBackfills backfills;
    private final String parkedTopic;
    private final IdentityWatch lane;
    private Map<String, NamedBackfill> recorded = Map.of();
    private Map<String, NamedBackfill> current = Map.of();

    /** @param lane the identity of the lane */
    BackfillControl(NamedBackfills backfills, String parkedTopic, IdentityWatch lane) {
        this.backfills = backfills;
        this.parkedTopic = parkedTopic;
        this.lane = lane;
    }

    /**
     * Applies settings, also such as were applied before: they have another effect if the lane was deleted and created again. If none
     * of them has offsets and nothing can be parked, nothing is looked up.
     *
     * @param settings of all named backfills that have one
     * @param forTask whether a task that has just begun waits for them
     */
    void apply(Map<String, NamedBackfill> settings, boolean forTask) {
        boolean isNew = !settings.equals(recorded);
        recorded = settings;
        Map<String, NamedBackfill> byName = new TreeMap<>(settings);
        // A parked record names its lane, because offsets of the next one begin anew.
        if (settings.values().stream()
                .anyMatch(setting -> setting.state() != NamedBackfill.State.RESUMED || setting.lane() != null)) {
            TopicIdentity identity = lane.look(isNew || forTask);
            byName.replaceAll((name, setting) -> setting.onLane(identity));
        }
        if (byName.equals(current)) {
            return;
        }
        Map<String, String> changes = changes(byName);
        backfills.set(byName);
        current = byName;
        changes.entrySet().stream()
                .limit(MOST_LINES)
                .forEach(
                        change -> log.info("set by the operator: backfill {}: {}", change.getKey(), change.getValue()));
        if (changes.size() > MOST_LINES) {
            log.info("set by the operator: {} more backfills", changes.size() - MOST_LINES);
        }
    }

    /** What changes for the records of a backfill, by name. A resume changes offsets that mean nothing to a writer every few seconds. */
    SortedMap<String, String> changes(Map<String, NamedBackfill> byName) {
        SortedMap<String, String> changes = new TreeMap<>();
        for (String name : namesOf(byName)) {
            NamedBackfill setting = byName.get(name);
            // A backfill that was resumed before this process started is no news.
            boolean isNews =
                    setting == null || setting.state() != NamedBackfill.State.RESUMED || current.containsKey(name);
            String description = describe(name, setting);
            if (isNews && !description.equals(describe(name, current.get(name)))) {
                changes.put(name, description);
            }
        }
        return changes;
    }

    private Set<String> namesOf(Map<String, NamedBackfill> byName) {
        Set<String> names = new TreeSet<>(current.keySet());
        names.addAll(byName.keySet());
        return names;
    }

    private String describe(String name, NamedBackfill setting) {
        if (setting == null) {
            return "no setting, its records are written";
        }
        NamedBackfill asRecorded = recorded.getOrDefault(name, setting);
        if (asRecorded.lane() != null && setting.lane() == null) {
            return "was resumed with offsets of a lane that was deleted since (%s), which mean nothing in this one; its records are written"
                    .formatted(asRecorded.lane());
        }
        String before = setting.discards() ? "discarded" : "moved to " + parkedTopic;
        return switch (setting.state()) {
            case PAUSED -> "paused, its records are " + before;
            case CANCELLED -> "cancelled, its records are " + before;
            case RESUMING ->
                "resuming, its records are written from the offsets %s, and those before are %s"
                        .formatted(setting.writeFrom(), before);
            case RESUMED -> "resumed, its records are written";
        };
    }
}
