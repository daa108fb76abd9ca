package io.sidetrack.bench.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OrdersTest {
    private static final int RECORDS = 1_000_000;

    private final Orders orders = new Orders(RECORDS);

    @Test
    void changesFollowTheFirstRecordOfTheirOrder() {
        BitSet sent = new BitSet();
        for (int record = 0; record < RECORDS; record++) {
            int key = orders.keyOf(record);
            assertThat(key == record || sent.get(key)).as("record %d", record).isTrue();
            sent.set(key);
        }
        assertThat(sent.cardinality()).isEqualTo(orders.keys());
    }

    @Test
    void changesAreSpreadOverTheNextHundredThousandRecords() {
        int[] distances = IntStream.range(0, RECORDS)
                .map(record -> record - orders.keyOf(record))
                .filter(distance -> distance > 0)
                .toArray();
        assertThat(distances).hasSize(RECORDS / 200);
        // Spread evenly over 100,000, so that some arrive while the first write is buffered or in flight.
        assertThat(IntStream.of(distances)
                        .filter(distance -> distance <= 20_000)
                        .count())
                .isBetween(800L, 1500L);
        assertThat(IntStream.of(distances).max().orElseThrow()).isLessThanOrEqualTo(100_000);
    }
}
