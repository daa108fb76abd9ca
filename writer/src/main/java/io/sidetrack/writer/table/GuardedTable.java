package io.sidetrack.writer.table;

import io.sidetrack.mapping.model.TableSchema;
import io.sidetrack.writer.buffer.Batch;
import io.sidetrack.writer.buffer.BatchOutcome;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A DynamoDB table in which no write overwrites an item that takes precedence. BatchWriteItem does not support conditions, but
 * each PartiQL statement has its own, and a batch of 25 is a single call: an INSERT fails if the key exists, and an UPDATE has a
 * WHERE clause. What the statements cannot decide, conditional puts do, with one concurrent call for each. Thread-safe.
 */
final class GuardedTable implements Table {
    /** Two batches of statements, and then concurrent puts. */
    private static final int CALLS_IN_A_ROW = 3;

    private final Calls calls;

    /**
     * What the attempts to write batches share.
     *
     * @param put the conditional put for each item that no statement writes
     * @param shapes the statements for items
     * @param newestWins the rules for existing items; empty if they are kept
     */
    record Calls(
            TableCall batchExecuteStatement,
            TableCall putItem,
            ConditionalPut put,
            Shapes shapes,
            Optional<NewestWins> newestWins,
            GuardEvents events) {}

    /**
     * The rules for existing items that may be overwritten.
     *
     * @param attributes the attributes by which items are compared
     */
    record NewestWins(GuardAttributes attributes, FirstStatementPolicy policy) {}

    GuardedTable(Calls calls) {
        this.calls = calls;
    }

    /** Returns the table in which existing items stay. */
    static GuardedTable keepingExisting(
            TableSchema schema, TableCall batchExecuteStatement, TableCall putItem, GuardEvents events) {
        return new GuardedTable(new Calls(
                batchExecuteStatement,
                putItem,
                ConditionalPut.ifAbsent(schema),
                new Shapes(schema, Optional.empty()),
                Optional.empty(),
                events));
    }

    /** Returns the table in which the highest version stays. */
    static GuardedTable newestWinning(
            TableSchema schema,
            String versionAttribute,
            TableCall batchExecuteStatement,
            TableCall putItem,
            GuardEvents events) {
        GuardAttributes attributes = GuardAttributes.of(versionAttribute);
        return new GuardedTable(new Calls(
                batchExecuteStatement,
                putItem,
                ConditionalPut.ifNewer(schema, versionAttribute),
                new Shapes(schema, Optional.of(attributes)),
                Optional.of(new NewestWins(attributes, new FirstStatementPolicy())),
                events));
    }

    @Override
    public CompletableFuture<BatchOutcome> write(Batch batch) {
        return new GuardedBatch(calls, batch.writes()).send();
    }

    @Override
    public Duration maxWriteTime() {
        return calls.batchExecuteStatement.maxCallTime().multipliedBy(CALLS_IN_A_ROW);
    }
}
