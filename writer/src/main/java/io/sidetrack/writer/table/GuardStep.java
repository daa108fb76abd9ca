package io.sidetrack.writer.table;

import io.sidetrack.mapping.model.Write;
import io.sidetrack.writer.buffer.Outcome;
import java.util.Optional;

/**
 * What follows from the result of a statement for its write in {@code newest-wins}: it is finished, or another statement or a
 * put is sent. Pure.
 *
 * <pre>
 *   INSERT  -- the key exists ---------------------------> UPDATE
 *   UPDATE  -- no item ----------------------------------> INSERT
 *   UPDATE  -- an older item with other attributes ------> REPLACE
 *   any     -- a newer item -----------------------------> stale
 *   any     -- took effect, but left other attributes ---> put
 *   any     -- anything else that a put can decide ------> put
 * </pre>
 */
sealed interface GuardStep {
    /** The ways in which an item is written. */
    enum Path {
        /** INSERT, if the key does not exist. */
        INSERT("insert"),
        /** UPDATE of an older item with the same attributes. */
        UPDATE("update"),
        /** UPDATE of an older item that also removes the attributes that the new one does not have. */
        REPLACE("replace"),
        /** A PutItem call of its own. */
        PUT("put");

        private final String code;

        Path(String code) {
            this.code = code;
        }

        /** The path's name in the metrics. */
        String code() {
            return code;
        }
    }

    /** The write has its outcome. */
    record Finished(Outcome outcome) implements GuardStep {}

    /**
     * Another statement follows.
     *
     * @param seen the existing item; empty if it is not known
     */
    record Next(Path path, Optional<StoredItem> seen) implements GuardStep {}

    /** A put with a condition follows, which replaces the whole item and always decides. */
    record Put() implements GuardStep {}

    /** Written. */
    GuardStep WRITTEN = new Finished(new Outcome.Written());

    /** Skipped; its cost is counted with the batch. */
    GuardStep STALE = new Finished(new Outcome.Stale(0));

    GuardStep PUT = new Put();

    /** Returns the step after a statement of {@code newest-wins}. */
    static GuardStep after(Path path, StatementResult result, Write write) {
        if (result instanceof StatementResult.Applied applied) {
            return applied.leavesOthers() ? PUT : WRITTEN;
        }
        if (result instanceof StatementResult.Failed failed) {
            return afterFailure(failed);
        }
        if (result instanceof StatementResult.ConditionFailed condition) {
            return afterCondition(path, condition.existing(), write);
        }
        return path == Path.INSERT ? new Next(Path.UPDATE, Optional.empty()) : PUT;
    }

    /** Returns the step after an INSERT of {@code keep-existing}. */
    static GuardStep afterInsertOnly(StatementResult result) {
        if (result instanceof StatementResult.KeyExists) {
            return STALE;
        }
        return result instanceof StatementResult.Failed failed
                ? afterFailure(failed)
                : result instanceof StatementResult.Applied ? WRITTEN : PUT;
    }

    private static GuardStep afterFailure(StatementResult.Failed failed) {
        return failed.error()
                .retryCause()
                .<GuardStep>map(cause -> new Finished(new Outcome.Retry(cause)))
                .orElse(PUT);
    }

    private static GuardStep afterCondition(Path path, Optional<StoredItem> existing, Write write) {
        if (existing.isEmpty()) {
            return path == Path.UPDATE ? new Next(Path.INSERT, existing) : PUT;
        }
        if (existing.get().isNewerThan(write.version())) {
            return STALE;
        }
        return path == Path.UPDATE ? new Next(Path.REPLACE, existing) : PUT;
    }
}
