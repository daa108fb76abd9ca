package io.sidetrack.ops.doctor;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
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
}
