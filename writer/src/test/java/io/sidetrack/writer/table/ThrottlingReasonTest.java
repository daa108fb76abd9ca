package io.sidetrack.writer.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.writer.buffer.BatchOutcome;
import io.sidetrack.writer.buffer.Batches;
import io.sidetrack.writer.buffer.RetryCause;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Why DynamoDB throttled a call, and which items are concerned. */
class ThrottlingReasonTest {
    private static final String TABLE = "arn:aws:dynamodb:eu-central-1:123456789012:table/orders";

    private static ScriptedTable throttling(String field, String reasons) {
        return new ScriptedTable(
                "t",
                (operation, body) -> ScriptedTable.error("ThrottlingException", "\"" + field + "\":" + reasons + ","));
    }

    /** @param reasons such as {@code IndexWriteProvisionedThroughputExceeded orders/index/by-city} */
    private static String json(String... reasons) {
        return Arrays.stream(reasons)
                .map(reason -> "{\"reason\":\"%s\",\"resource\":\"%s\"}"
                        .formatted(reason, reason.startsWith("Index") ? TABLE + "/index/by-city" : TABLE))
                .collect(Collectors.joining(",", "[", "]"));
    }

    private static BatchOutcome write(ScriptedTable table) {
        return ScriptedTable.outcome(table.calls().overwriting(), Batches.puts(10, 20));
    }

    @ParameterizedTest
    @CsvSource({
        "TableWriteProvisionedThroughputExceeded, , THROTTLED",
        "TableWriteAccountLimitExceeded, , THROTTLED",
        "TableWriteMaxOnDemandThroughputExceeded, , THROTTLED",
        "TableWriteKeyRangeThroughputExceeded, , THROTTLED_KEY_RANGE",
        "IndexWriteKeyRangeThroughputExceeded, , THROTTLED_KEY_RANGE",
        "IndexWriteProvisionedThroughputExceeded, , THROTTLED_INDEX",
        "IndexWriteAccountLimitExceeded, , THROTTLED_INDEX",
        "IndexWriteMaxOnDemandThroughputExceeded, , THROTTLED_INDEX",
        "IndexWriteKeyRangeThroughputExceeded, IndexWriteProvisionedThroughputExceeded, THROTTLED_INDEX",
        "IndexWriteProvisionedThroughputExceeded, TableWriteProvisionedThroughputExceeded, THROTTLED",
        "SomethingNew, , THROTTLED"
    })
    void onlyAnIndexOrAKeyRangeConcernsSomeItemsAndNotTheTable(String reason, String other, RetryCause cause) {
        String reasons = other == null ? json(reason) : json(reason, other);
        // The two exceptions spell the name of the list differently.
        for (String field : List.of("ThrottlingReasons", "throttlingReasons")) {
            ScriptedTable table = throttling(field, reasons);
            assertThat(write(table)).isEqualTo(new BatchOutcome.RetryAll(cause));
            assertThat(table.throttlings).hasSize(other == null ? 1 : 2);
        }
    }

    @Test
    void reasonNamesTheTableOrTheIndexAndIsInTheLog() {
        ScriptedTable table = throttling(
                "ThrottlingReasons",
                json("IndexWriteProvisionedThroughputExceeded", "TableWriteKeyRangeThroughputExceeded"));
        write(table);
        assertThat(table.throttlings)
                .containsExactly(
                        new ThrottlingReason("IndexWriteProvisionedThroughputExceeded", "by-city"),
                        new ThrottlingReason("TableWriteKeyRangeThroughputExceeded", "orders"));
        assertThat(table.log.all())
                .singleElement()
                .asString()
                .contains("ThrottlingException: IndexWriteProvisionedThroughputExceeded of by-city,"
                        + " TableWriteKeyRangeThroughputExceeded of orders");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "null",
                "7",
                "{}",
                "[null,7,\"x\",[]]",
                "[{\"reason\":7,\"resource\":null}]",
                "[{\"reason\":\"a\\nb\",\"x\":{\"y\":[]}}]"
            })
    void unknownFormConcernsTheWholeTable(String reasons) {
        ScriptedTable table = throttling("ThrottlingReasons", reasons);
        assertThat(write(table)).isEqualTo(new BatchOutcome.RetryAll(RetryCause.THROTTLED));
        assertThat(table.throttlings).allMatch(ThrottlingReason.OF_OTHERS::equals);
    }
}
