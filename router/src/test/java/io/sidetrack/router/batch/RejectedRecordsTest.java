package io.sidetrack.router.batch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What is remembered of records that a broker has rejected. */
class RejectedRecordsTest {
    private final RejectedRecords records = new RejectedRecords();

    @Test
    void isKnownByPartitionAndOffset() {
        assertThat(records.contains(1, 7)).isFalse();
        records.rejected(1, 7);
        records.rejected(1, 7);
        assertThat(records.contains(1, 7)).isTrue();
        assertThat(records.contains(0, 7)).isFalse();
        assertThat(records.contains(1, 8)).isFalse();
    }

    @Test
    void theOldestIsForgottenWhenThereAreTooMany() {
        for (int offset = 0; offset < 20_000; offset++) {
            records.rejected(0, offset);
        }
        assertThat(records.contains(0, 19_999)).isTrue();
        assertThat(records.contains(0, 10_000)).isTrue();
        assertThat(records.contains(0, 9_999)).isFalse();
    }
}
