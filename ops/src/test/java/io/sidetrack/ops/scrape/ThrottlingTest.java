package io.sidetrack.ops.scrape;

import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.ops.scrape.Throttling.Cause;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The reasons of throttling in the metrics of writers. */
class ThrottlingTest {
    private static final String METRIC = "sidetrack_writer_throttled_calls_total{reason=\"%s\",resource=\"%s\"} %s\n";

    @Test
    void callsOfAllWritersAreAddedUpByReasonAndResource() {
        String one = "# TYPE sidetrack_writer_throttled_calls_total counter\n"
                + METRIC.formatted("IndexWriteProvisionedThroughputExceeded", "by-city", "1200.0")
                + METRIC.formatted("TableWriteKeyRangeThroughputExceeded", "orders", "3.0");
        String other = METRIC.formatted("IndexWriteProvisionedThroughputExceeded", "by-city", "34.0")
                + "sidetrack_writer_records_total 7.0\n";
        assertThat(Throttling.of(List.of(one, other)).lines())
                .containsExactly(
                        "throttled by by-city: IndexWriteProvisionedThroughputExceeded, 1,234 calls",
                        "throttled by orders: TableWriteKeyRangeThroughputExceeded, 3 calls");
    }

    @ParameterizedTest
    @CsvSource({
        "TableWriteProvisionedThroughputExceeded, raise the write units of table x",
        "IndexWriteProvisionedThroughputExceeded, raise the write units of index x",
        "TableWriteMaxOnDemandThroughputExceeded, that is set for table x",
        "IndexWriteAccountLimitExceeded, request a higher quota",
        "TableWriteKeyRangeThroughputExceeded, spread the partition keys",
        "IndexWriteKeyRangeThroughputExceeded, more distinct values for index x",
        "(other), see the writers' log"
    })
    void everyReasonHasAdvice(String reason, String advice) {
        assertThat(new Cause(reason, "x").advice()).contains(advice);
    }
}
