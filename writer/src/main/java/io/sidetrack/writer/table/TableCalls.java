package io.sidetrack.writer.table;

import io.sidetrack.writer.item.TableSchema;
import java.util.Optional;
import java.util.function.Function;

/** The ways to write to one table. */
public final class TableCalls {
    private final TableSchema schema;
    private final Function<String, TableCall> operations;

    /** @param operations makes the calls of an operation of DynamoDB, such as {@code PutItem} */
    TableCalls(TableSchema schema, Function<String, TableCall> operations) {
        this.schema = schema;
        this.operations = operations;
    }

    /** What arrives last stays. Needs the permission dynamodb:BatchWriteItem. */
    public Table overwriting() {
        return new DynamoTable(operations.apply("BatchWriteItem"), schema);
    }

    /** What is there stays. Needs the permissions dynamodb:PartiQLInsert and dynamodb:PutItem. */
    public Table keepingExisting() {
        return guarded(ConditionalPut.ifAbsent(schema), Optional.empty());
    }

    /**
     * What has the highest version stays. Needs the permissions dynamodb:PartiQLInsert and dynamodb:PutItem.
     *
     * @param versionAttribute in which items have it
     */
    public Table newestWinning(String versionAttribute) {
        return guarded(ConditionalPut.ifNewer(schema, versionAttribute), Optional.of(new PathChooser()));
    }

    private Table guarded(ConditionalPut put, Optional<PathChooser> overwrites) {
        return new GuardedTable(
                operations.apply("BatchExecuteStatement"),
                operations.apply("PutItem"),
                schema.table(),
                put,
                overwrites);
    }
}
