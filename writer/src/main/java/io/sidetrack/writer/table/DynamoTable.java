package io.sidetrack.writer.table;

import io.sidetrack.common.log.ProblemLog;
import io.sidetrack.writer.buffer.Batch;
import io.sidetrack.writer.buffer.BatchOutcome;
import io.sidetrack.writer.buffer.Outcome;
import io.sidetrack.writer.buffer.RetryCause;
import io.sidetrack.writer.item.TableSchema;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.BatchWriteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchWriteItemResponse;
import software.amazon.awssdk.services.dynamodb.model.ConsumedCapacity;

/** A table of DynamoDB, written by BatchWriteItem. */
final class DynamoTable implements Table {
    private static final String PROBLEM = "writes to the table fail";

    private final DynamoDbAsyncClient client;
    private final TableSchema schema;
    private final BatchBody body;
    private final Unprocessed unprocessed;
    private final Duration callLimit;
    private final RequestEvents events;
    private final ProblemLog problems;
    private final LongSupplier nanoClock;

    /** @param callLimit after which a call counts as lost, whatever the SDK's own timeouts do */
    DynamoTable(
            DynamoDbAsyncClient client,
            TableSchema schema,
            Duration callLimit,
            RequestEvents events,
            ProblemLog problems,
            LongSupplier nanoClock) {
        this.client = client;
        this.schema = schema;
        this.body = new BatchBody(schema.table());
        this.unprocessed = new Unprocessed(schema);
        this.callLimit = callLimit;
        this.events = events;
        this.problems = problems;
        this.nanoClock = nanoClock;
    }

    @Override
    public CompletableFuture<BatchOutcome> write(Batch batch) {
        long start = nanoClock.getAsLong();
        CompletableFuture<BatchWriteItemResponse> call;
        try {
            call = client.batchWriteItem(request(batch));
        } catch (RuntimeException e) {
            call = CompletableFuture.failedFuture(e);
        }
        CompletableFuture<BatchWriteItemResponse> sent = call;
        // A reply can be lost in ways that no timeout of the HTTP client sees; then this is what ends the call.
        return sent.copy()
                .orTimeout(callLimit.toMillis(), TimeUnit.MILLISECONDS)
                .handle((response, failure) -> {
                    sent.cancel(true);
                    long nanos = nanoClock.getAsLong() - start;
                    return failure == null ? answered(batch, response, nanos) : failed(failure, nanos);
                });
    }

    private BatchWriteItemRequest request(Batch batch) {
        byte[] prepared = body.of(batch);
        // The table's name is needed for the endpoint; the items are in the prepared body.
        return BatchWriteItemRequest.builder()
                .requestItems(Map.of(schema.table(), List.of()))
                .overrideConfiguration(override -> override.putExecutionAttribute(PreparedBody.BODY, prepared))
                .build();
    }

    private BatchOutcome answered(Batch batch, BatchWriteItemResponse response, long nanos) {
        if (response.hasConsumedCapacity()) {
            for (ConsumedCapacity used : response.consumedCapacity()) {
                if (used.capacityUnits() != null) {
                    events.consumed(used.capacityUnits());
                }
            }
        }
        problems.over(PROBLEM);
        var leftOver = response.unprocessedItems().getOrDefault(schema.table(), List.of());
        events.answered(leftOver.isEmpty() ? "ok" : "unprocessed", nanos);
        return unprocessed.outcome(batch, leftOver);
    }

    private BatchOutcome failed(Throwable thrown, long nanos) {
        Failure failure = Failure.of(thrown);
        failure.outcome().match(new BatchOutcome.Cases() {
            @Override
            public void each(List<Outcome> outcomes) {
                throw new IllegalStateException("a failed call has no outcome for each write");
            }

            @Override
            public void retryAll(RetryCause cause) {
                events.answered(cause.code(), nanos);
                problems.report(
                        PROBLEM,
                        "table %s: %s; nothing is lost, trying again until it succeeds"
                                .formatted(schema.table(), failure.code()));
            }

            @Override
            public void refused(String message) {
                events.answered("refused", nanos);
            }
        });
        return failure.outcome();
    }
}
