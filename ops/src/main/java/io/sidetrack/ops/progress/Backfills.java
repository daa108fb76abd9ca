package io.sidetrack.ops.progress;

import io.sidetrack.common.control.NamedBackfill;
import io.sidetrack.common.control.NamedBackfill.State;
import io.sidetrack.common.status.BackfillOutcome;
import io.sidetrack.common.status.StatusEntry.NameCounts;
import io.sidetrack.ops.DurationText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The progress of all named backfills.
 *
 * @param all in the order of their names
 * @param uncertain an upper limit of the number of records that are not counted, or twice
 * @param nowMs the time, in ms since 1970
 */
record Backfills(List<BackfillProgress> all, long uncertain, long nowMs) {
    /** Nothing is known. */
    static final Backfills NONE = new Backfills(List.of(), 0, 0);

    private static final long SHOWN_MS = Duration.ofHours(1).toMillis();

    /** One line for each that is not over, such as {@code backfill a: routed 10, written 5 (50.0 %), left 5, 1/s, 0:05 left}. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        int over = 0;
        for (BackfillProgress one : all) {
            if (one.isOver(nowMs - SHOWN_MS)) {
                over++;
            } else {
                lines.add("backfill " + one.name() + ": " + text(one));
            }
        }
        if (over > 0) {
            lines.add(
                    over == 1
                            ? "1 backfill is over for more than an hour"
                            : "%d backfills are over for more than an hour".formatted(over));
        }
        if (uncertain > 0 && !lines.isEmpty()) {
            lines.add(String.format(
                    Locale.ROOT,
                    "  (up to %,d records are counted twice or not at all, because a service ended without its last counts)",
                    uncertain));
        }
        return lines;
    }

    /** The cells of a table: a row for each that is not over, with the columns name, routed, written, left, rate and state. */
    List<List<String>> rows() {
        return all.stream()
                .filter(one -> !one.isOver(nowMs - SHOWN_MS))
                .map(one -> List.of(
                        one.name(),
                        one.routers().isPresent() ? text("%,d", one.routed()) : "not known",
                        one.writers().isPresent() ? text("%,d", one.written()) : "not known",
                        one.left().isPresent() ? text("%,d", one.left().getAsLong()) : "not known",
                        one.perSecond().isPresent()
                                ? String.format(
                                        Locale.ROOT, "%,.1f/s", one.perSecond().getAsDouble())
                                : "not known",
                        state(one)))
                .toList();
    }

    private static String text(BackfillProgress one) {
        List<String> parts = new ArrayList<>();
        one.routers().ifPresent(counts -> parts.add(text("routed %,d", one.routed())));
        one.writers().ifPresent(counts -> {
            double share = one.routed() == 0 ? 0 : Math.floor(1000.0 * one.written() / one.routed()) / 10;
            parts.add(text("written %,d", one.written())
                    + (one.left().isPresent() && one.routed() > 0
                            ? String.format(Locale.ROOT, " (%.1f %%)", share)
                            : ""));
        });
        if (one.deadLettered() > 0) {
            parts.add(text("dead letters %,d", one.deadLettered()));
        }
        if (one.discarded() > 0) {
            parts.add(text("discarded %,d", one.discarded()));
        }
        one.left().ifPresent(left -> parts.add(text("left %,d", left)));
        one.perSecond()
                .ifPresent(rate -> parts.add(String.format(Locale.ROOT, rate < 10 ? "%.1f/s" : "%,.0f/s", rate)));
        parts.add(state(one));
        return String.join(", ", parts);
    }

    private static String text(String format, long number) {
        return String.format(Locale.ROOT, format, number);
    }

    private static String state(BackfillProgress one) {
        Optional<State> state = one.setting().map(NamedBackfill::state);
        if (state.isPresent() && state.get() != State.RESUMED) {
            return state.get().name().toLowerCase(Locale.ROOT);
        }
        if (one.left().isPresent() && one.left().getAsLong() == 0) {
            return "nothing left";
        }
        return one.secondsLeft().isPresent()
                ? DurationText.of(one.secondsLeft().getAsDouble()) + " left"
                : one.routers().isEmpty() && one.writers().isEmpty() ? "not counted" : "time left not known";
    }

    /** The same as JSON values. What is not known is left out. */
    List<Map<String, Object>> json() {
        return all.stream().map(Backfills::json).toList();
    }

    private static Map<String, Object> json(BackfillProgress one) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", one.name());
        one.setting().ifPresent(now -> json.put("state", now.state().name().toLowerCase(Locale.ROOT)));
        one.routers().ifPresent(counts -> {
            json.put("routed", one.routed());
            json.put("parkedByRouters", count(counts, BackfillOutcome.PARKED));
        });
        one.writers().ifPresent(counts -> {
            json.put("written", one.written());
            json.put("parkedByWriters", count(counts, BackfillOutcome.PARKED));
            json.put("deadLettered", one.deadLettered());
        });
        json.put("discarded", one.discarded());
        one.left().ifPresent(left -> json.put("left", left));
        one.perSecond().ifPresent(rate -> json.put("perSecond", rate));
        one.secondsLeft().ifPresent(seconds -> json.put("secondsLeft", seconds));
        return json;
    }

    private static long count(NameCounts counts, BackfillOutcome outcome) {
        return counts.records().getOrDefault(outcome, 0L);
    }
}
