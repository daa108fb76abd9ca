package io.sidetrack.ops.deadletter;

import io.sidetrack.ops.OpsException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.UnknownServerException;

/**
 * Replays batches of dead letters, each with its mark in the same transaction, so that both are committed or neither is.
 *
 * <p>A rejected record fails the whole transaction, and every other record that the producer still holds, with the same
 * exception. The batch is therefore aborted and divided until the rejected dead letter is alone in its transaction:
 *
 * <pre>
 *   send(batch) ── committed ──▶ done
 *      └── rejected ──▶ abort ── one dead letter ──▶ refused
 *                         └── more ──▶ send(first half), send(second half)
 * </pre>
 *
 * <p>Any other failure ends the replay, because it would recur for every dead letter. Not thread-safe.
 */
final class ReplayTransactions {
    private static final int MAX_MESSAGE_LENGTH = 200;

    private final Producer<byte[], byte[]> producer;
    private final String topic;
    private final ReplayRefusals refusals;
    private final Map<String, Long> replayed = new TreeMap<>();

    /**
     * @param producer a producer with initialized transactions, which stays open
     * @param topic the dead-letter topic
     */
    ReplayTransactions(Producer<byte[], byte[]> producer, String topic, ReplayRefusals refusals) {
        this.producer = producer;
        this.topic = topic;
        this.refusals = refusals;
    }

    /** The number of replayed dead letters, by target. */
    Map<String, Long> replayed() {
        return replayed;
    }

    /**
     * Replays a batch. Returns when all dead letters that are not refused are committed.
     *
     * @throws OpsException if the replay cannot continue; earlier commits stay
     */
    void send(List<ReplayRecord> batch) {
        Optional<Throwable> rejection = attempt(batch);
        if (rejection.isEmpty()) {
            batch.forEach(deadLetter -> replayed.merge(deadLetter.target(), 1L, Long::sum));
        } else if (batch.size() == 1) {
            refusals.add(
                    batch.get(0).deadLetter(),
                    "%s rejects it (%s)".formatted(batch.get(0).target(), described(rejection.get())));
        } else {
            int half = batch.size() / 2;
            send(batch.subList(0, half));
            send(batch.subList(half, batch.size()));
        }
    }

    /** @return the failure for which the transaction was aborted; empty if it was committed */
    private Optional<Throwable> attempt(List<ReplayRecord> batch) {
        List<Throwable> failures = new ArrayList<>();
        // Callbacks run on the thread of the producer.
        Callback callback = (metadata, failure) -> {
            if (failure != null) {
                synchronized (failures) {
                    failures.add(failure);
                }
            }
        };
        try {
            producer.beginTransaction();
            sendAll(batch, callback, failures);
            List<Throwable> all;
            synchronized (failures) {
                all = List.copyOf(failures);
            }
            if (all.isEmpty()) {
                producer.commitTransaction();
                return Optional.empty();
            }
            Optional<Throwable> rejection = rejection(all);
            if (rejection.isEmpty()) {
                throw stopped(batch, all.get(0));
            }
            producer.abortTransaction();
            return rejection;
        } catch (KafkaException e) {
            throw stopped(batch, e);
        }
    }

    private void sendAll(List<ReplayRecord> batch, Callback callback, List<Throwable> failures) {
        try {
            for (ReplayRecord deadLetter : batch) {
                var unusedRecord = producer.send(deadLetter.replayed(), callback);
                var unusedMark = producer.send(deadLetter.mark(topic), callback);
            }
            producer.flush();
        } catch (KafkaException e) {
            // Thrown by a send after the one that failed: the producer accepts no records until the transaction is
            // aborted.
            synchronized (failures) {
                failures.add(e);
            }
        }
    }

    private static Optional<Throwable> rejection(List<Throwable> failures) {
        for (Throwable failure : failures) {
            if (isFenced(failure)
                    || has(failure, AuthorizationException.class)
                    || has(failure, AuthenticationException.class)) {
                return Optional.empty();
            }
        }
        return failures.stream().filter(ReplayTransactions::isRejection).findFirst();
    }

    private static boolean isRejection(Throwable failure) {
        return failure instanceof RecordTooLargeException
                || failure instanceof RecordBatchTooLargeException
                || failure instanceof InvalidRecordException
                || failure instanceof InvalidTimestampException
                || failure instanceof PolicyViolationException
                || failure instanceof UnknownServerException;
    }

    private OpsException stopped(List<ReplayRecord> batch, Throwable failure) {
        long done = replayed.values().stream().mapToLong(Long::longValue).sum();
        Optional<Throwable> abortFailure = abort();
        if (isFenced(failure)
                || abortFailure.filter(ReplayTransactions::isFenced).isPresent()) {
            return fenced(topic, done, failure);
        }
        return new OpsException(
                String.format(
                        Locale.ROOT,
                        "%,d replayed, then stopped at dead letters %s to %s (%s); correct that and run it again: it"
                                + " continues with those that are not replayed",
                        done,
                        batch.get(0).deadLetter().position(),
                        batch.get(batch.size() - 1).deadLetter().position(),
                        described(failure)),
                failure);
    }

    /** The failure of a replay that another one has fenced. */
    static OpsException fenced(String topic, long replayed, Throwable failure) {
        return new OpsException(
                String.format(
                        Locale.ROOT,
                        "%,d replayed, then another replay of %s took over, or a transaction exceeded"
                                + " transaction.timeout.ms; nothing is lost or repeated: run it again when the other"
                                + " replay has ended",
                        replayed,
                        topic),
                failure);
    }

    /**
     * Aborts the transaction, because an open one blocks the consumers of the target. This may be the first call that shows that
     * the producer is fenced.
     */
    private Optional<Throwable> abort() {
        try {
            producer.abortTransaction();
            return Optional.empty();
        } catch (KafkaException | IllegalStateException e) {
            // The broker aborts it.
            return Optional.of(e);
        }
    }

    /**
     * True if another producer has taken over the transactional id. A send then fails with one of three exceptions; the last one
     * means that another producer has ended the transaction (KIP-890).
     */
    static boolean isFenced(Throwable failure) {
        return has(failure, ProducerFencedException.class)
                || has(failure, InvalidProducerEpochException.class)
                || has(failure, InvalidTxnStateException.class);
    }

    /** True if a failure or one of its causes is an instance of a class. */
    private static boolean has(Throwable failure, Class<? extends Throwable> type) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return true;
            }
        }
        return false;
    }

    private static String described(Throwable failure) {
        String message = String.valueOf(failure.getMessage()).replaceAll("\\p{Cntrl}+", " ");
        return failure.getClass().getSimpleName() + ": "
                + (message.length() > MAX_MESSAGE_LENGTH ? message.substring(0, MAX_MESSAGE_LENGTH) + "..." : message);
    }
}
