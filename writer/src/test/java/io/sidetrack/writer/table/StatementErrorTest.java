package io.sidetrack.writer.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.writer.buffer.RetryCause;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.services.dynamodb.model.BatchStatementErrorCodeEnum;

/** Every error code of a statement is handled; this test fails when the SDK adds one. */
class StatementErrorTest {
    @ParameterizedTest
    @EnumSource(
            value = BatchStatementErrorCodeEnum.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = "UNKNOWN_TO_SDK_VERSION")
    void everyCodeOfTheSdkIsHandled(BatchStatementErrorCodeEnum code) {
        StatementError error = StatementError.of(code.toString());
        assertThat(error).isNotEqualTo(StatementError.OTHER);
        assertThat(error.code()).isEqualTo(code.toString());
        Optional<RetryCause> expected =
                switch (code) {
                    case DUPLICATE_ITEM,
                            CONDITIONAL_CHECK_FAILED,
                            ITEM_COLLECTION_SIZE_LIMIT_EXCEEDED,
                            VALIDATION_ERROR -> Optional.empty();
                    case REQUEST_LIMIT_EXCEEDED, PROVISIONED_THROUGHPUT_EXCEEDED, THROTTLING_ERROR ->
                        Optional.of(RetryCause.THROTTLED);
                    case TRANSACTION_CONFLICT -> Optional.of(RetryCause.CONFLICT);
                    case INTERNAL_SERVER_ERROR -> Optional.of(RetryCause.SERVER_ERROR);
                    case RESOURCE_NOT_FOUND, ACCESS_DENIED, UNKNOWN_TO_SDK_VERSION -> Optional.of(RetryCause.OPERATOR);
                };
        assertThat(error.retryCause()).isEqualTo(expected);
        assertThat(error.isExpected())
                .isEqualTo(code == BatchStatementErrorCodeEnum.DUPLICATE_ITEM
                        || code == BatchStatementErrorCodeEnum.CONDITIONAL_CHECK_FAILED);
    }

    @Test
    void unknownCodeIsRetried() {
        assertThat(StatementError.of("SomethingNew").retryCause()).contains(RetryCause.OPERATOR);
    }
}
