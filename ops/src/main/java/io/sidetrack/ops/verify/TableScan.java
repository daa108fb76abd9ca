package io.sidetrack.ops.verify;

import io.sidetrack.mapping.model.ItemKey;
import io.sidetrack.mapping.model.KeyAttribute;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnConsumedCapacity;
import software.amazon.awssdk.services.dynamodb.model.ScanResponse;

/** Reads the keys of all items of a table, page by page. DynamoDB charges for whole items. Not thread-safe. */
final class TableScan {
    /** The size of a page; a smaller one lets a small budget spread the reads. */
    private static final int PAGE_ITEMS = 1000;

    private final TableAccess table;
    private final TableKeys keys;
    private final boolean consistent;
    private final ReadBudget budget;
    private final Duration patience;
    private final StopRequest stop;
    private final LongSupplier nanoClock;

    TableScan(
            TableAccess table,
            TableKeys keys,
            boolean consistent,
            ReadBudget budget,
            Duration patience,
            StopRequest stop,
            LongSupplier nanoClock) {
        this.table = table;
        this.keys = keys;
        this.consistent = consistent;
        this.budget = budget;
        this.patience = patience;
        this.stop = stop;
        this.nanoClock = nanoClock;
    }

    /**
     * Passes all keys to a consumer.
     *
     * @param progress receives the number of items that have been read, after each page
     */
    void each(Consumer<ItemKey> to, LongConsumer progress) {
        List<String> names =
                keys.schema().keyAttributes().stream().map(KeyAttribute::name).toList();
        Map<String, String> aliases = new LinkedHashMap<>();
        names.forEach(name -> aliases.put("#k" + aliases.size(), name));
        String projection = aliases.keySet().stream().collect(Collectors.joining(","));
        PatientCalls calls = new PatientCalls(table, stop, patience, nanoClock);
        Map<String, AttributeValue> start = Map.of();
        long read = 0;
        do {
            Map<String, AttributeValue> from = start;
            double reserved = budget.estimate(PAGE_ITEMS);
            long wait = budget.reserve(reserved, nanoClock.getAsLong());
            if (wait > 0) {
                stop.await(Duration.ofNanos(wait));
                calls.waited(wait);
            }
            ScanResponse page = calls.call(
                    "dynamodb:Scan",
                    client -> client.scan(request -> request.tableName(table.table())
                            .limit(PAGE_ITEMS)
                            .consistentRead(consistent)
                            .projectionExpression(projection)
                            .expressionAttributeNames(aliases)
                            .exclusiveStartKey(from.isEmpty() ? null : from)
                            .returnConsumedCapacity(ReturnConsumedCapacity.TOTAL)));
            calls.advanced();
            Double units = page.consumedCapacity() == null
                    ? null
                    : page.consumedCapacity().capacityUnits();
            budget.settle(reserved, units == null ? 0 : units, page.items().size());
            page.items().forEach(item -> to.accept(keys.of(item)));
            read += page.items().size();
            progress.accept(read);
            start = page.lastEvaluatedKey();
        } while (!start.isEmpty());
    }
}
