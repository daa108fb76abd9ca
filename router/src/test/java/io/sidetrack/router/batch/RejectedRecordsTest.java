package io.sidetrack.router.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.common.deadletter.DeadLetterForm;
import org.junit.jupiter.api.Test;

/** How records that a broker has rejected are sent next. */
class RejectedRecordsTest {
    private static final Delivery NEXT = Delivery.FIRST.as(DeadLetterForm.WHOLE);

    private final RejectedRecords records = new RejectedRecords();

    @Test
    void deliveryIsFoundByPartitionAndOffset() {
        assertThat(records.delivery(1, 7)).isEqualTo(Delivery.FIRST);
        records.rejected(1, 7, NEXT);
        records.rejected(1, 7, NEXT);
        assertThat(records.delivery(1, 7)).isEqualTo(NEXT);
        assertThat(records.delivery(0, 7)).isEqualTo(Delivery.FIRST);
        assertThat(records.delivery(1, 8)).isEqualTo(Delivery.FIRST);
    }

    @Test
    void oldestEntryIsRemovedBeyondTheLimit() {
        for (int offset = 0; offset < 20_000; offset++) {
            records.rejected(0, offset, NEXT);
        }
        assertThat(records.delivery(0, 19_999)).isEqualTo(NEXT);
        assertThat(records.delivery(0, 10_000)).isEqualTo(NEXT);
        assertThat(records.delivery(0, 9_999)).isEqualTo(Delivery.FIRST);
    }
}
