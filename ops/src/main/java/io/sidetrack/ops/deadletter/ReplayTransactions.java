package io.sidetrack.ops.deadletter;

import io.sidetrack.common.transaction.TransactionFailure;
import io.sidetrack.ops.OpsException;
import io.sidetrack.ops.transaction.TransactionFailures;
import io.sidetrack.ops.transaction.TransactionalBatches;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Replays batches of dead letters, each with its mark in the same transaction, so that both are committed or neither is. A dead
 * letter that its target rejects is refused, and the others of its batch are replayed. Not thread-safe.
 */
final class ReplayTransactions implements TransactionalBatches.Content<ReplayRecord> {
    private final String topic;
    private final ReplayRefusals refusals;
    private final TransactionalBatches<ReplayRecord> batches;
    private final ReplayTally tally;

    /**
     * @param producer a producer with initialized transactions, which stays open
     * @param topic the dead-letter topic
     */
    ReplayTransactions(Producer<byte[], byte[]> producer, String topic, ReplayRefusals refusals, ReplayTally tally) {
        this.topic = topic;
        this.refusals = refusals;
        this.tally = tally;
        this.batches = new TransactionalBatches<>(producer, this);
    }

    /**
     * Replays a batch. Returns when all dead letters that are not refused are committed.
     *
     * @throws OpsException if the replay cannot continue; earlier commits stay
     */
    void send(List<ReplayRecord> batch) {
        batches.send(batch);
    }

    @Override
    public List<ProducerRecord<byte[], byte[]>> records(List<ReplayRecord> batch) {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (ReplayRecord deadLetter : batch) {
            records.add(deadLetter.replayed());
            records.add(deadLetter.mark(topic));
        }
        return records;
    }

    @Override
    public void committed(List<ReplayRecord> batch) {
        batch.forEach(tally::addReplayed);
    }

    @Override
    public void rejected(ReplayRecord item, String reason) {
        refusals.add(item.deadLetter(), "%s rejects it (%s)".formatted(item.target(), reason));
    }

    @Override
    public OpsException stopped(List<ReplayRecord> batch, Throwable failure, TransactionFailure meaning) {
        long done = tally.replayed();
        return switch (meaning) {
            case FENCED -> fenced(topic, done, failure);
            case UNCONFIRMED ->
                new OpsException(
                        String.format(
                                Locale.ROOT,
                                "%,d replayed, then the end of a transaction was not confirmed (%s), for example because"
                                        + " another replay of %s took over at that moment; nothing is lost or repeated:"
                                        + " run it again, and it continues with those that are not replayed",
                                done,
                                TransactionFailures.described(failure),
                                topic),
                        failure);
            case OTHER ->
                new OpsException(
                        String.format(
                                Locale.ROOT,
                                "%,d replayed, then stopped at dead letters %s to %s (%s); correct that and run it again: it"
                                        + " continues with those that are not replayed",
                                done,
                                batch.get(0).deadLetter().position(),
                                batch.get(batch.size() - 1).deadLetter().position(),
                                TransactionFailures.described(failure)),
                        failure);
        };
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
}
