package io.sidetrack.ops.copy;

import io.sidetrack.common.transaction.TransactionFailure;
import io.sidetrack.ops.OpsException;
import io.sidetrack.ops.transaction.TransactionFailures;
import io.sidetrack.ops.transaction.TransactionalBatches;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Writes the steps of a run, and after them in the same transaction how far the run is. A record that the target rejects is refused:
 * the journal counts it, and the run continues. Not thread-safe.
 */
final class CopyTransactions implements TransactionalBatches.Content<Step> {
    private final JournalTopic journal;
    private final String id;
    private final Clock clock;
    private final Consumer<String> onRefused;
    private final TransactionalBatches<Step> batches;
    private CopyState state;
    private final Copying copying;

    /**
     * @param producer a producer with initialized transactions, which stays open
     * @param state the state that the journal holds, or that of a new run
     * @param onRefused receives a line for each record that the target rejects
     */
    CopyTransactions(
            Producer<byte[], byte[]> producer,
            JournalTopic journal,
            String id,
            CopyState state,
            Copying copying,
            Clock clock,
            Consumer<String> onRefused) {
        this.journal = journal;
        this.id = id;
        this.state = state;
        this.copying = copying;
        this.clock = clock;
        this.onRefused = onRefused;
        this.batches = new TransactionalBatches<>(producer, this);
    }

    /** What is committed. */
    CopyState state() {
        return state;
    }

    /**
     * Writes steps. Returns when all of them are committed, or refused.
     *
     * @throws OpsException if the run cannot continue; earlier commits stay
     */
    void send(List<Step> steps) {
        batches.send(steps);
    }

    /** Records that the run has finished. */
    void finish() {
        send(List.of(new Step.Recorded(state.run().finishedAt(clock.millis()))));
    }

    @Override
    public List<ProducerRecord<byte[], byte[]>> records(List<Step> batch) {
        long nowMs = clock.millis();
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>(batch.size() + 1);
        for (Step step : batch) {
            if (step instanceof Step.Copied copied) {
                records.add(copying.copy(copied.source(), nowMs));
            } else if (step instanceof Step.Recorded recorded) {
                records.add(journal.record(id, recorded.run()));
            }
        }
        state.changedBy(batch).forEach((partition, progress) -> records.add(journal.record(id, partition, progress)));
        return records;
    }

    @Override
    public void committed(List<Step> batch) {
        state = state.after(batch);
    }

    @Override
    public void rejected(Step item, String reason) {
        if (!(item instanceof Step.Copied copied)) {
            throw new OpsException(
                    "journal topic %s rejects a record of %s (%s); raise its max.message.bytes, and run it again"
                            .formatted(journal, id, reason));
        }
        String refusal = copying.target() + " rejects it (" + reason + ")";
        // Reported first: twice rather than never, if the process ends here.
        onRefused.accept(CopyTally.refusalLine(
                copied.source().topic(),
                copied.source().partition(),
                copied.source().offset(),
                refusal));
        // If it is the journal that rejects records, this fails, and the run ends.
        send(List.of(new Step.Refused(copied.source(), copied.before(), refusal)));
    }

    @Override
    public OpsException stopped(List<Step> batch, Throwable failure, TransactionFailure meaning) {
        long copied = state.tally().copied();
        return switch (meaning) {
            case FENCED -> fenced(id, copied, failure);
            case UNCONFIRMED ->
                new OpsException(
                        String.format(
                                Locale.ROOT,
                                "%,d copied, then the end of a transaction was not confirmed%s (%s), for example because"
                                        + " another run of %s took over at that moment; nothing is lost or repeated: run it"
                                        + " again, and it continues there",
                                copied,
                                where(batch),
                                TransactionFailures.described(failure),
                                id),
                        failure);
            case OTHER ->
                new OpsException(
                        String.format(
                                Locale.ROOT,
                                "%,d copied, then stopped%s (%s); correct that and run it again: it continues there",
                                copied,
                                where(batch),
                                TransactionFailures.described(failure)),
                        failure);
        };
    }

    private static String where(List<Step> batch) {
        for (Step step : batch) {
            if (step instanceof Step.Copied copied) {
                return " at %s, partition %d, offset %d"
                        .formatted(
                                copied.source().topic(),
                                copied.source().partition(),
                                copied.source().offset());
            }
        }
        return "";
    }

    /**
     * The failure of a run that another one has fenced.
     *
     * @param copied the number of copied records
     */
    static OpsException fenced(String id, long copied, Throwable failure) {
        return new OpsException(
                String.format(
                        Locale.ROOT,
                        "%,d copied, then another run of %s took over, or a transaction exceeded transaction.timeout.ms;"
                                + " nothing is lost or repeated: run it again when the other run has ended",
                        copied,
                        id),
                failure);
    }
}
