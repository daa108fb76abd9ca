package io.sidetrack.writer.table;

import io.sidetrack.mapping.model.TableSchema;
import io.sidetrack.writer.buffer.Batch;
import io.sidetrack.writer.buffer.BatchOutcome;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** A DynamoDB table that is written with BatchWriteItem, which overwrites existing items. */
final class OverwritingTable implements Table {
    private final TableCall batchWriteItem;
    private final TableSchema schema;
    private final BatchBody body;

    OverwritingTable(TableCall batchWriteItem, TableSchema schema) {
        this.batchWriteItem = batchWriteItem;
        this.schema = schema;
        this.body = new BatchBody(schema.table());
    }

    @Override
    public CompletableFuture<BatchOutcome> write(Batch batch) {
        return batchWriteItem.send(
                batch.writes().size(),
                () -> body.of(batch),
                response -> {
                    BatchWriteResponse read = BatchWriteResponse.read(response, schema);
                    return new TableCall.Parsed<>(read, read.leftOver().isEmpty() ? "ok" : "unprocessed");
                },
                new TableCall.Handler<>() {
                    @Override
                    public BatchOutcome succeeded(BatchWriteResponse response) {
                        return UnprocessedItems.outcome(batch, response.leftOver(), response.writeUnits());
                    }

                    @Override
                    public BatchOutcome failed(Failure failure) {
                        return failure.ofBatch();
                    }
                });
    }

    @Override
    public Duration maxWriteTime() {
        return batchWriteItem.maxCallTime();
    }
}
