package io.sidetrack.ops.replay;

import io.sidetrack.ops.JsonObject;
import io.sidetrack.ops.copy.CopyRun;
import io.sidetrack.ops.copy.CopyState;
import io.sidetrack.ops.copy.CopyTally;
import io.sidetrack.ops.copy.Slice;
import io.sidetrack.ops.cost.Cost;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What a replay has done or would do, for people and as JSON. */
final class ReplayReport {
    private ReplayReport() {}

    /** The state of a run, for people. */
    static List<String> lines(String id, CopyState state) {
        CopyRun run = state.run();
        CopyTally tally = state.tally();
        List<String> lines = new ArrayList<>();
        lines.add(text(
                "replayed %,d of %,d records of %s to %s",
                tally.copied(), tally.read(), run.slice().topic(), run.target()));
        lines.addAll(landmarks(tally));
        if (tally.refused() > 0) {
            lines.add(text("refused %,d, which %s rejects:", tally.refused(), run.target()));
            tally.refusals().forEach(refusal -> lines.add("  " + refusal));
            if (tally.refusals().size() < tally.refused()) {
                lines.add("  ...");
            }
        }
        lines.add(
                run.hasFinished()
                        ? "finished at " + Instant.ofEpochMilli(run.finishedAtMs()) + ", id " + id
                        : text(
                                "begun at %s%s, %,d of %,d offsets done, id %s",
                                Instant.ofEpochMilli(run.startedAtMs()),
                                run.startedBy() == null ? "" : " by " + run.startedBy(),
                                state.offsetsDone(),
                                run.slice().offsets(),
                                id));
        return lines;
    }

    /** How fast a process has copied. */
    static String rate(long copied, double seconds) {
        return text("%,d records in %.1f s, %,.0f per second", copied, seconds, copied / Math.max(1e-3, seconds));
    }

    /** What would be replayed, for people. */
    static List<String> lines(Slice slice, String target, CopyTally tally) {
        List<String> lines = new ArrayList<>();
        lines.add(text(
                "would replay %,d of %,d records of %s to %s: %,d bytes, from %,d offsets in %,d partitions",
                tally.copied(),
                tally.read(),
                slice.topic(),
                target,
                tally.copiedBytes(),
                slice.offsets(),
                slice.ranges().size()));
        lines.addAll(landmarks(tally));
        return lines;
    }

    private static List<String> landmarks(CopyTally tally) {
        List<String> lines = new ArrayList<>();
        tally.first().ifPresent(first -> lines.add("first  " + text(first)));
        tally.last().ifPresent(last -> lines.add("last   " + text(last)));
        return lines;
    }

    private static String text(CopyTally.Position position) {
        return "partition %d, offset %d, %s"
                .formatted(position.partition(), position.offset(), Instant.ofEpochMilli(position.timestampMs()));
    }

    private static String text(String format, Object... arguments) {
        return String.format(Locale.ROOT, format, arguments);
    }

    /**
     * The state of a run, for programs.
     *
     * @param dryRun whether the call that prints it only looks
     */
    static JsonObject json(String id, CopyState state, boolean dryRun) {
        CopyRun run = state.run();
        return new JsonObject()
                .put("id", id)
                .put("dryRun", dryRun)
                .put("finished", run.hasFinished())
                .put("startedAt", Instant.ofEpochMilli(run.startedAtMs()))
                .put("finishedAt", run.hasFinished() ? Instant.ofEpochMilli(run.finishedAtMs()) : null)
                .put("offsetsDone", state.offsetsDone())
                .putAll(json(run.slice(), run.target(), state.tally()));
    }

    /**
     * What would be replayed, for programs.
     *
     * @param earlier the run that has begun, of which the slice is what is left
     */
    static JsonObject json(
            String id, Optional<CopyState> earlier, Slice slice, String target, CopyTally tally, Cost cost) {
        return new JsonObject()
                .put("id", id)
                .put("dryRun", true)
                .put(
                        "copiedBefore",
                        earlier.map(state -> state.tally().copied()).orElse(0L))
                .putAll(json(slice, target, tally))
                .put("writeUnits", cost.units().total())
                .put("dollars", cost.dollars());
    }

    private static JsonObject json(Slice slice, String target, CopyTally tally) {
        return new JsonObject()
                .put("topic", slice.topic())
                .put("target", target)
                .put("offsets", slice.offsets())
                .put("read", tally.read())
                .put("copied", tally.copied())
                .put("bytes", tally.copiedBytes())
                .put("refused", tally.refused())
                .put("refusals", tally.refusals())
                .put("first", tally.first().map(ReplayReport::json))
                .put("last", tally.last().map(ReplayReport::json))
                .put("ranges", ranges(slice));
    }

    private static Map<Integer, JsonObject> ranges(Slice slice) {
        Map<Integer, JsonObject> ranges = new TreeMap<>();
        slice.ranges()
                .forEach((partition, range) -> ranges.put(
                        partition, new JsonObject().put("start", range.start()).put("end", range.end())));
        return ranges;
    }

    private static JsonObject json(CopyTally.Position position) {
        return new JsonObject()
                .put("partition", position.partition())
                .put("offset", position.offset())
                .put("timestamp", Instant.ofEpochMilli(position.timestampMs()));
    }
}
