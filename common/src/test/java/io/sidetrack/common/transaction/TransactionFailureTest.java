package io.sidetrack.common.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

class TransactionFailureTest {
    @Test
    void fencedProducerFailsWithThreeExceptions() {
        for (RuntimeException failure : List.of(
                new ProducerFencedException("m"),
                new InvalidProducerEpochException("m"),
                new InvalidTxnStateException("m"))) {
            assertThat(TransactionFailure.of(failure)).isEqualTo(TransactionFailure.FENCED);
            assertThat(TransactionFailure.of(new KafkaException("in an error state", failure)))
                    .isEqualTo(TransactionFailure.FENCED);
        }
    }

    @Test
    void unexpectedEndIsUnconfirmedUnlessAnotherCauseShowsMore() {
        KafkaException unexpected = new KafkaException("Unhandled error in EndTxnResponse: unexpected");
        assertThat(TransactionFailure.of(unexpected)).isEqualTo(TransactionFailure.UNCONFIRMED);
        assertThat(TransactionFailure.of(new KafkaException("in an error state", unexpected)))
                .isEqualTo(TransactionFailure.UNCONFIRMED);
        assertThat(TransactionFailure.of(new KafkaException(
                        "Unhandled error in EndTxnResponse: unexpected", new ProducerFencedException("m"))))
                .isEqualTo(TransactionFailure.FENCED);
    }

    @Test
    void everythingElseConcernsNeither() {
        assertThat(TransactionFailure.of(new TimeoutException("Unhandled error in EndTxnResponse")))
                .isEqualTo(TransactionFailure.OTHER);
        assertThat(TransactionFailure.of(new KafkaException((String) null))).isEqualTo(TransactionFailure.OTHER);
    }
}
