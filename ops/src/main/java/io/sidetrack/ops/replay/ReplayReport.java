package io.sidetrack.ops.replay;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sidetrack.ops.copy.CopyRun;
import io.sidetrack.ops.copy.CopyState;
import io.sidetrack.ops.copy.CopyTally;
import io.sidetrack.ops.copy.Slice;
import io.sidetrack.ops.cost.Cost;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

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

    /** The state of a run, as JSON. */
    static String json(String id, CopyState state) {
        CopyRun run = state.run();
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", id);
        json.put("dryRun", false);
        json.put("finished", run.hasFinished());
        json.put("startedAt", Instant.ofEpochMilli(run.startedAtMs()).toString());
        json.put(
                "finishedAt",
                run.hasFinished() ? Instant.ofEpochMilli(run.finishedAtMs()).toString() : null);
        json.put("offsetsDone", state.offsetsDone());
        put(json, run.slice(), run.target(), state.tally());
        return write(json);
    }

    /**
     * What would be replayed, as JSON.
     *
     * @param earlier the run that has begun, of which the slice is what is left
     */
    static String json(String id, Optional<CopyState> earlier, Slice slice, String target, CopyTally tally, Cost cost) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", id);
        json.put("dryRun", true);
        json.put("copiedBefore", earlier.map(state -> state.tally().copied()).orElse(0L));
        put(json, slice, target, tally);
        json.put("writeUnits", cost.units().total());
        json.put("dollars", cost.dollars());
        return write(json);
    }

    private static void put(Map<String, Object> json, Slice slice, String target, CopyTally tally) {
        json.put("topic", slice.topic());
        json.put("target", target);
        json.put("offsets", slice.offsets());
        json.put("read", tally.read());
        json.put("copied", tally.copied());
        json.put("bytes", tally.copiedBytes());
        json.put("refused", tally.refused());
        json.put("refusals", tally.refusals());
        json.put("first", position(tally.first()));
        json.put("last", position(tally.last()));
        json.put("ranges", slice.ranges());
    }

    private static Map<String, Object> position(Optional<CopyTally.Position> position) {
        return position.map(at -> {
                    Map<String, Object> json = new LinkedHashMap<>();
                    json.put("partition", at.partition());
                    json.put("offset", at.offset());
                    json.put("timestamp", Instant.ofEpochMilli(at.timestampMs()).toString());
                    return json;
                })
                .orElse(null);
    }

    private static String write(Map<String, Object> json) {
        try {
            return JsonMapper.builder().build().writeValueAsString(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("numbers and text can always be written", e);
        }
    }
}
