package io.sidetrack.writer.table;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.mapping.model.ItemKey;
import io.sidetrack.mapping.model.Write;
import io.sidetrack.writer.buffer.BatchOutcome;
import io.sidetrack.writer.buffer.Batches;
import io.sidetrack.writer.buffer.Outcome;
import io.sidetrack.writer.buffer.RetryCause;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/** Only items that are known to cause a failure may become dead letters. */
class FailureTest {
    private static final AwsCredentialsIdentity SIGNER = AwsCredentialsIdentity.create("key", "secret");
    private static final Write WRITE = Batches.of(new ItemKey("a", "")).writes().get(0);

    @ParameterizedTest
    @CsvSource({
        "400, ProvisionedThroughputExceededException, THROTTLED",
        "400, RequestLimitExceeded, THROTTLED",
        "400, ThrottlingException, THROTTLED",
        "400, TransactionConflictException, CONFLICT",
        "400, ReplicatedWriteConflictException, CONFLICT",
        "500, InternalServerError, SERVER_ERROR",
        "503, ServiceUnavailable, SERVER_ERROR",
        "502, , SERVER_ERROR",
        "400, ResourceNotFoundException, OPERATOR",
        "400, AccessDeniedException, OPERATOR",
        "400, ExpiredTokenException, OPERATOR",
        "400, UnrecognizedClientException, OPERATOR",
        "400, InvalidSignatureException, OPERATOR",
        "403, , OPERATOR",
        "400, SomethingNewException, OPERATOR"
    })
    void failureThatTheItemsDoNotCauseIsRetried(int status, String code, RetryCause cause) {
        Failure failure = Failure.of(answer(status, code, "no"));
        assertThat(failure.ofBatch()).isEqualTo(new BatchOutcome.RetryAll(cause));
        assertThat(failure.ofOne(WRITE)).isEqualTo(new Outcome.Retry(cause));
        assertThat(failure.label()).isEqualTo(cause.code());
    }

    @ParameterizedTest
    @CsvSource({
        "400, ValidationException",
        "400, SerializationException",
        "400, ItemCollectionSizeLimitExceededException",
        "413, "
    })
    void failureThatTheItemsCauseIsARefusal(int status, String code) {
        Failure failure = Failure.of(answer(status, code, "no"));
        assertThat(failure.ofBatch()).isInstanceOf(BatchOutcome.Refused.class);
        assertThat(failure.ofOne(WRITE)).isInstanceOf(Outcome.Refused.class);
        assertThat(failure.label()).isEqualTo("refused");
    }

    @Test
    void changedKeySchemaNeedsAnOperator() {
        Failure failure =
                Failure.of(answer(400, "ValidationException", "The provided key element does not match the schema"));
        assertThat(failure.ofBatch()).isEqualTo(new BatchOutcome.RetryAll(RetryCause.OPERATOR));
    }

    @Test
    void lostResponsesAndBrokenConnectionsAreRetried() {
        assertThat(Failure.ofTransport(new CompletionException(new TimeoutException()))
                        .ofBatch())
                .isEqualTo(new BatchOutcome.RetryAll(RetryCause.TIMEOUT));
        assertThat(Failure.ofTransport(new IOException("reset")).ofBatch())
                .isEqualTo(new BatchOutcome.RetryAll(RetryCause.CONNECTION));
        assertThat(Failure.ofTransport(new CompletionException(new NoCredentialsException("none")))
                        .ofBatch())
                .isEqualTo(new BatchOutcome.RetryAll(RetryCause.OPERATOR));
        assertThat(Failure.ofUnreadable(new IllegalStateException("no")).ofBatch())
                .isEqualTo(new BatchOutcome.RetryAll(RetryCause.CONNECTION));
    }

    @Test
    void failedConditionCostsTheSizeOfTheLargerItem() {
        String item = "\"Item\":{\"id\":{\"S\":\"" + "x".repeat(3000) + "\"}}";
        Failure known = Failure.of(ErrorResponse.read(new SignedResponse(
                400,
                ("{\"__type\":\"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException\"," + item
                                + ",\"message\":\"The conditional request failed\"}")
                        .getBytes(UTF_8),
                Optional.empty(),
                SIGNER)));
        assertThat(known.ofOne(WRITE)).isEqualTo(new Outcome.Stale(3));
        assertThat(known.label()).isEqualTo("condition-failed");
        assertThat(known.again()).isEmpty();
        Failure unknown = Failure.of(answer(400, "ConditionalCheckFailedException", "no"));
        assertThat(unknown.ofOne(WRITE)).isEqualTo(new Outcome.Stale(1));
    }

    @ParameterizedTest
    @CsvSource({
        "AccessDeniedException, Allow dynamodb:PartiQLInsert and (in newest-wins) dynamodb:PartiQLUpdate on the table.",
        "AccessDenied, Allow dynamodb:PartiQLInsert and (in newest-wins) dynamodb:PartiQLUpdate on the table.",
        "ResourceNotFoundException, 'Create the table, or correct WRITER_TABLE, AWS_REGION or the credentials.'",
        "ExpiredTokenException, Renew the AWS credentials at their source.",
        "NoCredentials, Check the source of the AWS credentials.",
        "OtherKeySchema, 'Restart the writer, so that it reads the table''s key schema again.'",
        "Unheard, 'Check the table, the AWS credentials and their permission dynamodb:PartiQLInsert and (in newest-wins)"
                + " dynamodb:PartiQLUpdate.'"
    })
    void everyErrorThatNeedsAnOperatorHasARemedy(String code, String remedy) {
        assertThat(TableRemedy.of(code, Operation.BATCH_EXECUTE_STATEMENT)).isEqualTo(remedy);
    }

    @Test
    void responseOfAProxyIsRetried() {
        SignedResponse html = new SignedResponse(400, "<html>no</html>".getBytes(UTF_8), Optional.empty(), SIGNER);
        assertThat(Failure.of(ErrorResponse.read(html)).ofBatch())
                .isEqualTo(new BatchOutcome.RetryAll(RetryCause.OPERATOR));
    }

    private static ErrorResponse answer(int status, String code, String message) {
        String type = code == null ? "" : "\"__type\":\"com.amazonaws.dynamodb.v20120810#" + code + "\",";
        return ErrorResponse.read(new SignedResponse(
                status, ("{" + type + "\"message\":\"" + message + "\"}").getBytes(UTF_8), Optional.empty(), SIGNER));
    }
}
