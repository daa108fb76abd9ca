package io.sidetrack.router;

import io.sidetrack.common.control.ControlListener;
import io.sidetrack.common.control.NamedBackfill;
import io.sidetrack.common.control.NamedBackfills;
import io.sidetrack.common.log.ProblemLog;
import io.sidetrack.common.topic.IdentityWatch;
import io.sidetrack.common.topic.TopicIdentity;
import io.sidetrack.router.startup.ParkedTopicCheck.Problem;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies an operator's settings for named backfills to a running router. Not thread-safe.
 *
 * <pre>
 *             a setting requires parking,
 *             and the topic accepts records
 *   closed ──────────────────────────────────▶ open
 * </pre>
 *
 * As long as it is closed, a backfill that would have to be parked goes to the lane, whose writers park it: a missing topic or
 * permission must not stop live traffic. It never closes again, because newer records would then overtake parked ones. If the
 * topic later rejects records, the stream threads return to their committed offsets and try again, as for a lane.
 *
 * <p>Offsets in a setting that belong to a former topic of the source's name do not take effect.
 */
final class BackfillControl implements ControlListener {
    private static final Logger log = LoggerFactory.getLogger(BackfillControl.class);

    private static final String NOT_PARKED = "records cannot be parked";
    private static final long CHECK_INTERVAL_NANOS = Duration.ofSeconds(10).toNanos();
    /** There can be thousands of backfills. */
    private static final int MOST_LOGGED = 20;

    private final NamedBackfills applied;
    private final String parkedTopic;
    private final Supplier<Optional<Problem>> parkedTopicCheck;
    private final IdentityWatch source;
    private final ProblemLog problems;
    private final RouterMetrics metrics;
    private final LongSupplier nanoClock;

    private Map<String, NamedBackfill> wanted = Map.of();
    private Map<String, NamedBackfill> current = Map.of();
    private boolean open;
    private long checkedNanos;

    /**
     * @param applied the settings that the stream threads look up
     * @param parkedTopicCheck why no record can be parked at present
     * @param source the identity of the source
     */
    BackfillControl(
            NamedBackfills applied,
            String parkedTopic,
            Supplier<Optional<Problem>> parkedTopicCheck,
            IdentityWatch source,
            ProblemLog problems,
            RouterMetrics metrics,
            LongSupplier nanoClock) {
        this.applied = applied;
        this.parkedTopic = parkedTopic;
        this.parkedTopicCheck = parkedTopicCheck;
        this.source = source;
        this.problems = problems;
        this.metrics = metrics;
        this.nanoClock = nanoClock;
    }

    @Override
    public void apply(Map<String, NamedBackfill> all, boolean forTask) {
        boolean changed = !all.equals(wanted);
        wanted = all;
        logChanges(put(all, changed || forTask));
    }

    /** @return what was in effect before, by name */
    private Map<String, NamedBackfill> put(Map<String, NamedBackfill> all, boolean lookNow) {
        boolean parks = all.values().stream().anyMatch(NamedBackfill::mayPark);
        if (parks && (!open || nanoClock.getAsLong() - checkedNanos >= CHECK_INTERVAL_NANOS)) {
            check();
        }
        Map<String, NamedBackfill> now = ofThisSource(all, lookNow);
        if (!open) {
            now.values().removeIf(NamedBackfill::mayPark);
        }
        metrics.notParked(all.size() - now.size());
        Map<String, NamedBackfill> before = current;
        if (!now.equals(before)) {
            applied.set(now);
            current = now;
        }
        return before;
    }

    /** Without any offsets in the settings, nothing is looked up. */
    private Map<String, NamedBackfill> ofThisSource(Map<String, NamedBackfill> all, boolean lookNow) {
        Map<String, NamedBackfill> now = new TreeMap<>(all);
        if (all.values().stream().anyMatch(setting -> setting.source() != null)) {
            TopicIdentity identity = source.look(lookNow);
            now.replaceAll((name, setting) -> setting.onSource(identity));
        }
        return now;
    }

    @Override
    public void rejected() {
        metrics.controlRecordRejected();
    }

    /** For some seconds, the last settings stay as they are: a change of leaders must not fill the topic for parked records. */
    @Override
    public void unreadable(boolean outdated) {
        metrics.controlReadFailed();
        if (outdated) {
            Map<String, NamedBackfill> safe = new TreeMap<>(wanted);
            safe.replaceAll((name, setting) -> setting.ifOutdated());
            put(safe, false);
        }
    }

    @Override
    public String whileUnreadable() {
        return "the last settings of named backfills stay in effect until it can be read, but nothing is discarded: such records"
                + " are parked";
    }

    private void check() {
        Optional<Problem> problem = problem();
        checkedNanos = nanoClock.getAsLong();
        if (problem.isEmpty()) {
            open = true;
            return;
        }
        problems.report(
                NOT_PARKED,
                "a backfill is paused or cancelled, but no record can be parked in %s (%s); %s. %s"
                        .formatted(
                                parkedTopic,
                                problem.get().text(),
                                open
                                        ? "the router tries again until it can be parked, or its backfill is resumed"
                                        : "until then its records go to the lane, and the lane's writers park them",
                                problem.get().remedy())
                        .strip());
    }

    /** A failure must not end the reading of settings. */
    private Optional<Problem> problem() {
        try {
            return parkedTopicCheck.get();
        } catch (RuntimeException e) {
            // Such as for a topic that is deleted while it is described.
            return Optional.of(new Problem("it cannot be looked up: " + e.getMessage(), ""));
        }
    }

    private void logChanges(Map<String, NamedBackfill> before) {
        Map<String, NamedBackfill> now = current;
        SortedSet<String> names = new TreeSet<>(now.keySet());
        names.addAll(before.keySet());
        names.removeIf(name ->
                (text(now.get(name)) + remark(name, now)).equals(text(before.get(name)) + remark(name, before)));
        names.stream()
                .limit(MOST_LOGGED)
                .forEach(name -> log.info(
                        "backfill {} is {}, as set by the operator{}", name, text(now.get(name)), remark(name, now)));
        if (names.size() > MOST_LOGGED) {
            log.info("{} more backfills have changed", names.size() - MOST_LOGGED);
        }
    }

    /** Why the setting does not take effect as it is. */
    private String remark(String name, Map<String, NamedBackfill> applied) {
        NamedBackfill setting = applied.get(name);
        NamedBackfill recorded = wanted.get(name);
        if (setting == null || recorded == null || recorded.source() == null || setting.source() != null) {
            return "";
        }
        return "; it was resumed with offsets of a source that was deleted since (%s), which mean nothing in this one%s"
                .formatted(
                        recorded.source(),
                        setting.state() == NamedBackfill.State.RESUMING
                                ? ", so its records are parked until `sidetrack backfill resume` with this name is run again"
                                : "");
    }

    private static String text(NamedBackfill setting) {
        return setting == null
                ? "not paused"
                : setting.state().name().toLowerCase(Locale.ROOT) + (setting.discards() ? " (discarded)" : "");
    }
}
