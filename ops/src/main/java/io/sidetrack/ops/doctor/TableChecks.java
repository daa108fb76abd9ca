package io.sidetrack.ops.doctor;

import io.sidetrack.common.table.GlobalTable;
import io.sidetrack.ops.scrape.Throttling;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndexDescription;
import software.amazon.awssdk.services.dynamodb.model.MultiRegionConsistency;
import software.amazon.awssdk.services.dynamodb.model.OnDemandThroughput;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughputDescription;
import software.amazon.awssdk.services.dynamodb.model.ReplicaDescription;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;

/** Checks the table as DynamoDB describes it. Pure. */
final class TableChecks {
    private TableChecks() {}

    static List<CheckResult> table(String name, TableDescription table) {
        if (table.tableStatus() != TableStatus.ACTIVE && table.tableStatus() != TableStatus.UPDATING) {
            return List.of(CheckResult.fail(name, "is " + table.tableStatusAsString(), "wait until it is ACTIVE"));
        }
        String keys = table.keySchema().stream()
                .map(key -> key.attributeName() + " " + key.keyTypeAsString() + " of type "
                        + table.attributeDefinitions().stream()
                                .filter(attribute -> attribute.attributeName().equals(key.attributeName()))
                                .map(attribute -> attribute.attributeTypeAsString())
                                .findFirst()
                                .orElse("?"))
                .collect(Collectors.joining(", "));
        CheckResult key = CheckResult.ok(name, "active, key " + keys);
        boolean onDemand = table.billingModeSummary() != null
                && table.billingModeSummary().billingMode() == BillingMode.PAY_PER_REQUEST;
        String warm = table.warmThroughput() == null || table.warmThroughput().writeUnitsPerSecond() == null
                ? ", warm throughput unknown"
                : String.format(
                        Locale.ROOT,
                        ", warm for %,d write units/s",
                        table.warmThroughput().writeUnitsPerSecond());
        if (onDemand) {
            return List.of(key, CheckResult.ok(name, "on demand" + warm));
        }
        long units = table.provisionedThroughput() == null
                        || table.provisionedThroughput().writeCapacityUnits() == null
                ? 0
                : table.provisionedThroughput().writeCapacityUnits();
        String text = String.format(Locale.ROOT, "provisioned, %,d write units/s%s", units, warm);
        return List.of(
                key,
                units < 25
                        ? CheckResult.warn(
                                name,
                                text + ": less than one batch of 25 per second",
                                "raise its capacity; `sidetrack size` computes how much a backfill needs")
                        : CheckResult.ok(name, text));
    }

    /** Checks whether an index limits writes to less than the table does: every item in it is then throttled with it. */
    static List<CheckResult> indexes(TableDescription table) {
        List<CheckResult> results = new ArrayList<>();
        long ofTable = units(table.provisionedThroughput());
        for (GlobalSecondaryIndexDescription index : table.globalSecondaryIndexes()) {
            long units = units(index.provisionedThroughput());
            if (units > 0 && units < ofTable) {
                results.add(CheckResult.warn(
                        "index " + index.indexName(),
                        String.format(
                                Locale.ROOT,
                                "%,d write units/s, but %,d of the table: items in the index are throttled first",
                                units,
                                ofTable),
                        "raise its write units to those of the table, unless few items are in it"));
            }
            long most = maximum(index.onDemandThroughput());
            if (most > 0) {
                results.add(CheckResult.warn(
                        "index " + index.indexName(),
                        String.format(Locale.ROOT, "a maximum of %,d write units/s is set", most),
                        "raise it before a backfill, unless few items are in the index"));
            }
        }
        return results;
    }

    private static long units(ProvisionedThroughputDescription throughput) {
        return throughput == null || throughput.writeCapacityUnits() == null ? 0 : throughput.writeCapacityUnits();
    }

    private static long maximum(OnDemandThroughput throughput) {
        return throughput == null || throughput.maxWriteRequestUnits() == null ? 0 : throughput.maxWriteRequestUnits();
    }

    /**
     * Checks what a global table does not promise to a guarded lane.
     *
     * @param mode the writers' WRITER_MODE; empty if it is not known
     */
    static List<CheckResult> replicas(String name, TableDescription table, Optional<String> mode) {
        List<String> regions =
                table.replicas().stream().map(ReplicaDescription::regionName).toList();
        GlobalTable global = new GlobalTable(regions, table.multiRegionConsistency() == MultiRegionConsistency.STRONG);
        if (mode.isPresent() && !mode.get().equals("newest-wins")) {
            return regions.isEmpty()
                    ? List.of()
                    : List.of(CheckResult.ok(name, "has replicas: " + String.join(", ", regions)));
        }
        String ifGuarded = mode.isPresent() ? "" : "if a writer is in mode newest-wins: ";
        return global.warning()
                .map(warning -> List.of(CheckResult.warn(name, ifGuarded + warning, GlobalTable.REMEDY)))
                .orElseGet(List::of);
    }

    /** Reports why the writers' calls were throttled, with advice. */
    static List<CheckResult> throttling(Throttling throttling) {
        if (throttling.calls().isEmpty()) {
            return List.of(
                    CheckResult.ok("throttling", "no call of the writers was throttled as a whole since their start"));
        }
        return throttling.calls().entrySet().stream()
                .map(entry -> CheckResult.warn(
                        "throttling by " + entry.getKey().resource(),
                        String.format(
                                Locale.ROOT,
                                "%s, %,d calls since the writers' start",
                                entry.getKey().reason(),
                                entry.getValue()),
                        entry.getKey().advice()))
                .toList();
    }
}
