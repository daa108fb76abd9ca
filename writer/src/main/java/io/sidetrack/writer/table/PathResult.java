package io.sidetrack.writer.table;

import io.sidetrack.mapping.model.Write;
import io.sidetrack.writer.buffer.Outcome;
import io.sidetrack.writer.table.GuardStep.Path;
import java.util.EnumMap;
import java.util.Map;

/** What became of an item on one path of the guard, for the metrics and for the cost. */
enum PathResult {
    WRITTEN("written"),
    /** The existing item takes precedence. */
    STALE("stale"),
    /** An INSERT found that the key exists. */
    EXISTS("exists"),
    /** An UPDATE found no item. */
    MISSING("missing"),
    /** An UPDATE found an item that is not newer, but has other attributes, or is not what was seen before. */
    OTHER_SHAPE("other-shape"),
    /** An UPDATE took effect, but left attributes that another program had added. */
    FOREIGN_ATTRIBUTES("foreign-attributes"),
    FAILED("failed");

    private final String code;

    PathResult(String code) {
        this.code = code;
    }

    /** Returns the code for the outcome of a put. */
    static String of(Outcome outcome) {
        return (outcome instanceof Outcome.Written ? WRITTEN : outcome instanceof Outcome.Stale ? STALE : FAILED).code;
    }

    private static PathResult of(StatementResult result, GuardStep step) {
        if (result instanceof StatementResult.Applied applied) {
            return applied.leavesOthers() ? FOREIGN_ATTRIBUTES : WRITTEN;
        }
        if (step == GuardStep.STALE) {
            return STALE;
        }
        if (result instanceof StatementResult.ConditionFailed condition) {
            return condition.existing().isPresent() ? OTHER_SHAPE : MISSING;
        }
        return result instanceof StatementResult.KeyExists ? EXISTS : FAILED;
    }

    /**
     * The write units that DynamoDB charges for a statement: by the larger of the two items if its condition fails (developer
     * guide, read/write capacity), and nothing if it fails for another reason.
     */
    static int writeUnits(StatementResult result, Write write) {
        if (result instanceof StatementResult.Failed) {
            return 0;
        }
        int existing = result instanceof StatementResult.ConditionFailed condition
                ? condition
                        .existing()
                        .map(item -> Write.writeUnits(item.bytes()))
                        .orElse(0)
                : 0;
        return Math.max(write.writeUnits(), existing);
    }

    /** Counts the results of a call. Not thread-safe. */
    static final class Tally {
        private final Map<Path, Map<PathResult, Integer>> counts = new EnumMap<>(Path.class);
        private int existed;
        private int missing;

        void add(Path path, StatementResult result, GuardStep step) {
            PathResult of = of(result, step);
            counts.computeIfAbsent(path, any -> new EnumMap<>(PathResult.class)).merge(of, 1, Integer::sum);
            if (of == FAILED) {
                return;
            }
            boolean isNew = of == MISSING || (of == WRITTEN && path == Path.INSERT);
            existed += isNew ? 0 : 1;
            missing += isNew ? 1 : 0;
        }

        /** Statements that found an item. */
        int existed() {
            return existed;
        }

        /** Statements that found none. */
        int missing() {
            return missing;
        }

        void report(GuardEvents events) {
            counts.forEach((path, results) ->
                    results.forEach((result, items) -> events.itemsTried(path.code(), result.code, items)));
        }
    }
}
