package io.sidetrack.writer.table;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.writer.buffer.BatchOutcome;
import io.sidetrack.writer.buffer.RetryCause;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.core.exception.SdkClientException;

/** What each failure means: only what is known to be the items' fault may become a dead letter. */
class FailureTest {
    @ParameterizedTest
    @CsvSource({
        "400, ProvisionedThroughputExceededException, THROTTLED",
        "400, RequestLimitExceeded, THROTTLED",
        "400, ThrottlingException, THROTTLED",
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
    void whatIsNotTheItemsFaultIsTriedAgain(int status, String code, RetryCause cause) {
        assertThat(Failure.of(answer(status, code, "no")).outcome()).isEqualTo(new BatchOutcome.RetryAll(cause));
    }

    @ParameterizedTest
    @CsvSource({
        "400, ValidationException",
        "400, SerializationException",
        "400, ItemCollectionSizeLimitExceededException",
        "413, "
    })
    void whatIsTheItemsFaultIsRefused(int status, String code) {
        assertThat(Failure.of(answer(status, code, "no")).outcome()).isInstanceOf(BatchOutcome.Refused.class);
    }

    @Test
    void tableThatHasAnotherKeyThanAtStartUpIsTheOperatorsFault() {
        Failure failure =
                Failure.of(answer(400, "ValidationException", "The provided key element does not match the schema"));
        assertThat(failure.outcome()).isEqualTo(new BatchOutcome.RetryAll(RetryCause.OPERATOR));
    }

    @Test
    void lostRepliesAndBrokenConnectionsAreTriedAgain() {
        assertThat(Failure.of(new CompletionException(new TimeoutException())).outcome())
                .isEqualTo(new BatchOutcome.RetryAll(RetryCause.TIMEOUT));
        assertThat(Failure.of(new IOException("reset")).outcome())
                .isEqualTo(new BatchOutcome.RetryAll(RetryCause.CONNECTION));
        assertThat(Failure.of(SdkClientException.create("Unable to load credentials from any of the providers"))
                        .outcome())
                .isEqualTo(new BatchOutcome.RetryAll(RetryCause.OPERATOR));
    }

    @Test
    void proxyThatAnswersInItsOwnWordsIsNotTheItemsFault() {
        Answer html = new Answer(400, "<html>no</html>".getBytes(UTF_8), Optional.empty());
        assertThat(Failure.of(ErrorAnswer.read(html)).outcome())
                .isEqualTo(new BatchOutcome.RetryAll(RetryCause.OPERATOR));
    }

    private static ErrorAnswer answer(int status, String code, String message) {
        String type = code == null ? "" : "\"__type\":\"com.amazonaws.dynamodb.v20120810#" + code + "\",";
        return ErrorAnswer.read(new Answer(
                status, ("{" + type + "\"message\":\"" + message + "\"}").getBytes(UTF_8), Optional.empty()));
    }
}
