package io.sidetrack.writer.buffer;

import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.mapping.model.IndexEntries;
import io.sidetrack.mapping.model.Write;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What a batch costs, by its outcome. */
class WriteUnitChargeTest {
    /** Two writes, of one and of three write units. */
    private final Batch batch = Batches.puts(1024, 3 * 1024);

    @ParameterizedTest
    @CsvSource({"0, 4", "3.5, 4", "4, 4", "9, 9"})
    void writesCostWhatDynamoDbReportsAndAtLeastTheirSize(double reported, double charged) {
        assertThat(charge(reported, new Outcome.Written(), new Outcome.Written()))
                .isEqualTo(charged);
    }

    @Test
    void failedConditionIsChargedOnTopOfWhatIsReported() {
        assertThat(charge(1, new Outcome.Written(), new Outcome.Stale(7))).isEqualTo(8);
    }

    @ParameterizedTest
    @EnumSource(RetryCause.class)
    void writeThatMayHaveTakenEffectIsCharged(RetryCause cause) {
        boolean charged =
                switch (cause) {
                    case TIMEOUT, CONNECTION, SERVER_ERROR, CONFLICT -> true;
                    case UNPROCESSED, THROTTLED, THROTTLED_INDEX, THROTTLED_KEY_RANGE, OPERATOR -> false;
                };
        assertThat(charge(1, new Outcome.Written(), new Outcome.Retry(cause))).isEqualTo(charged ? 4 : 1);
        assertThat(WriteUnitCharge.of(batch, new BatchOutcome.RetryAll(cause))).isEqualTo(charged ? 4 : 0);
    }

    @Test
    void callThatFailsValidationIsNotCharged() {
        assertThat(WriteUnitCharge.of(batch, new BatchOutcome.Refused("ValidationException")))
                .isZero();
        assertThat(charge(1, new Outcome.Written(), new Outcome.Refused("ValidationException")))
                .isEqualTo(1);
    }

    /** A new item costs its index entries too; an item that replaces another may cost less than that. */
    @Test
    void entriesInIndexesAreChargedAsReportedAndEstimatedOnlyIfNothingIsReported() {
        Write indexed = WriteBuilder.put("a").units(2).build().with(new IndexEntries(3, 4));
        Batch one = Batch.of(0, List.of(indexed));
        assertThat(one.expectedUnits()).isEqualTo(6);
        List<Outcome> written = List.of(new Outcome.Written());
        assertThat(WriteUnitCharge.of(one, new BatchOutcome.Each(written, 3))).isEqualTo(3);
        assertThat(WriteUnitCharge.of(one, new BatchOutcome.Each(written, 9))).isEqualTo(9);
        assertThat(WriteUnitCharge.of(one, new BatchOutcome.Each(written, 0))).isEqualTo(6);
        assertThat(WriteUnitCharge.of(one, new BatchOutcome.RetryAll(RetryCause.TIMEOUT)))
                .isEqualTo(6);
    }

    private double charge(double reported, Outcome first, Outcome second) {
        return WriteUnitCharge.of(batch, new BatchOutcome.Each(List.of(first, second), reported));
    }
}
