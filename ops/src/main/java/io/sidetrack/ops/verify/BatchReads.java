package io.sidetrack.ops.verify;

import io.sidetrack.mapping.model.ItemKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.function.LongSupplier;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.ConsumedCapacity;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.dynamodb.model.ReturnConsumedCapacity;

/** Reads items by their keys with BatchGetItem. Every read ends: see {@link PatientCalls}. Thread-safe. */
final class BatchReads implements KeyReads {
    /** BatchGetItem: 100 keys, and 16 MB, beyond which keys are returned as unprocessed. */
    static final int MAX_KEYS = 100;

    private final TableAccess table;
    private final TableKeys keys;
    private final boolean consistent;
    private final ReadBudget budget;
    private final Duration patience;
    private final StopRequest stop;
    private final ExecutorService threads;
    private final LongSupplier nanoClock;

    BatchReads(
            TableAccess table,
            TableKeys keys,
            boolean consistent,
            ReadBudget budget,
            Duration patience,
            StopRequest stop,
            ExecutorService threads,
            LongSupplier nanoClock) {
        this.table = table;
        this.keys = keys;
        this.consistent = consistent;
        this.budget = budget;
        this.patience = patience;
        this.stop = stop;
        this.threads = threads;
        this.nanoClock = nanoClock;
    }

    @Override
    public Future<List<Map<String, AttributeValue>>> read(List<ItemKey> batch) {
        return threads.submit(() -> readAll(batch));
    }

    private List<Map<String, AttributeValue>> readAll(List<ItemKey> batch) {
        List<Map<String, AttributeValue>> items = new ArrayList<>(batch.size());
        List<Map<String, AttributeValue>> left =
                batch.stream().map(keys::attributes).toList();
        PatientCalls calls = new PatientCalls(table, stop, patience, nanoClock);
        while (!left.isEmpty()) {
            List<Map<String, AttributeValue>> wanted = left;
            double reserved = budget.estimate(wanted.size());
            long wait = budget.reserve(reserved, nanoClock.getAsLong());
            if (wait > 0) {
                stop.await(Duration.ofNanos(wait));
                calls.waited(wait);
            }
            BatchGetItemResponse response = calls.call(
                    "dynamodb:BatchGetItem",
                    client ->
                            client.batchGetItem(request -> request.returnConsumedCapacity(ReturnConsumedCapacity.TOTAL)
                                    .requestItems(Map.of(
                                            table.table(),
                                            KeysAndAttributes.builder()
                                                    .keys(wanted)
                                                    .consistentRead(consistent)
                                                    .build()))));
            response.responses().values().forEach(items::addAll);
            left = response.unprocessedKeys().values().stream()
                    .flatMap(unprocessed -> unprocessed.keys().stream())
                    .toList();
            double actual = response.consumedCapacity().stream()
                    .mapToDouble(BatchReads::units)
                    .sum();
            budget.settle(reserved, actual, wanted.size() - left.size());
            if (left.size() < wanted.size()) {
                calls.advanced();
            } else {
                calls.readNothing();
            }
        }
        return items;
    }

    private static double units(ConsumedCapacity capacity) {
        return capacity.capacityUnits() == null ? 0 : capacity.capacityUnits();
    }
}
