package io.sidetrack.writer.table;

import io.sidetrack.writer.buffer.Batch;
import io.sidetrack.writer.buffer.BatchOutcome;
import io.sidetrack.writer.model.TableSchema;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** A table of DynamoDB, written by BatchWriteItem: whatever is there is overwritten. */
final class DynamoTable implements Table {
    private final TableCall batchWriteItem;
    private final TableSchema schema;
    private final BatchBody body;

    DynamoTable(TableCall batchWriteItem, TableSchema schema) {
        this.batchWriteItem = batchWriteItem;
        this.schema = schema;
        this.body = new BatchBody(schema.table());
    }

    @Override
    public CompletableFuture<BatchOutcome> write(Batch batch) {
        return batchWriteItem.send(
                () -> body.of(batch),
                answer -> {
                    BatchWriteResponse read = BatchWriteResponse.read(answer, schema);
                    return new TableCall.Read<>(read, read.leftOver().isEmpty() ? "ok" : "unprocessed");
                },
                new TableCall.Cases<>() {
                    @Override
                    public BatchOutcome said(BatchWriteResponse what) {
                        return Unprocessed.outcome(batch, what.leftOver(), what.writeUnits());
                    }

                    @Override
                    public BatchOutcome failed(Failure failure) {
                        return failure.ofBatch();
                    }
                });
    }

    @Override
    public Duration longestAnswer() {
        return batchWriteItem.longest();
    }
}
