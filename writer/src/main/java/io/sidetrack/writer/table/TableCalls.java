package io.sidetrack.writer.table;

import io.sidetrack.common.log.ProblemLog;
import io.sidetrack.mapping.model.TableSchema;
import java.util.function.Function;

/** Makes the table for each write mode. */
public final class TableCalls {
    private final TableSchema schema;
    private final Function<Operation, TableCall> operations;
    private final GuardEvents events;
    private final ProblemLog problems;

    /** @param operations makes the call of an operation */
    TableCalls(TableSchema schema, Function<Operation, TableCall> operations, GuardEvents events, ProblemLog problems) {
        this.schema = schema;
        this.operations = operations;
        this.events = events;
        this.problems = problems;
    }

    /** The table in which the last write to arrive stays. Needs the permission dynamodb:BatchWriteItem. */
    public Table overwriting() {
        return failsafe(new OverwritingTable(operations.apply(Operation.BATCH_WRITE_ITEM), schema));
    }

    /** The table in which existing items stay. Needs the permissions dynamodb:PartiQLInsert and dynamodb:PutItem. */
    public Table keepingExisting() {
        return failsafe(GuardedTable.keepingExisting(
                schema,
                operations.apply(Operation.BATCH_EXECUTE_STATEMENT),
                operations.apply(Operation.PUT_ITEM),
                events));
    }

    /**
     * The table in which the highest version stays. Needs the permissions dynamodb:PartiQLInsert, dynamodb:PartiQLUpdate and
     * dynamodb:PutItem.
     *
     * @param versionAttribute the attribute that holds an item's version
     */
    public Table newestWinning(String versionAttribute) {
        return failsafe(GuardedTable.newestWinning(
                schema,
                versionAttribute,
                operations.apply(Operation.BATCH_EXECUTE_STATEMENT),
                operations.apply(Operation.PUT_ITEM),
                events));
    }

    private Table failsafe(Table table) {
        return new FailsafeTable(table, schema.table(), problems);
    }
}
