package io.sidetrack.common.transaction;

import java.util.EnumSet;
import java.util.Set;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.ProducerFencedException;

/** What a failure of a transactional producer means for its transactional id and its open transaction. */
public enum TransactionFailure {
    /**
     * Another producer has taken over the transactional id, or the coordinator has aborted the transaction because of its age. The
     * transaction is not committed.
     */
    FENCED,
    /**
     * The coordinator answered a commit or an abort with an unexpected error, so that the end of the transaction is unknown. Seen
     * with brokers 4.2.2 if another producer takes over the transactional id between the arrival of a commit and its end (15 of
     * 1,500 takeovers of a producer that committed all the time); the transaction is aborted then.
     */
    UNCONFIRMED,
    /** Everything else. The transaction is not committed, unless a commit failed for lack of an answer. */
    OTHER;

    /** The client has no exception of its own for an unexpected error, only this text. */
    private static final String UNEXPECTED_END = "Unhandled error in EndTxnResponse";

    /** What a failure means, by itself or by one of its causes. */
    public static TransactionFailure of(Throwable failure) {
        Set<TransactionFailure> meanings = EnumSet.of(OTHER);
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            meanings.add(ofOne(cause));
        }
        return meanings.iterator().next();
    }

    private static TransactionFailure ofOne(Throwable failure) {
        // The last one means that the transaction was ended by another producer, or by the coordinator (KIP-890).
        if (failure instanceof ProducerFencedException
                || failure instanceof InvalidProducerEpochException
                || failure instanceof InvalidTxnStateException) {
            return FENCED;
        }
        boolean isUnexpectedEnd = failure.getClass() == KafkaException.class
                && failure.getMessage() != null
                && failure.getMessage().startsWith(UNEXPECTED_END);
        return isUnexpectedEnd ? UNCONFIRMED : OTHER;
    }
}
