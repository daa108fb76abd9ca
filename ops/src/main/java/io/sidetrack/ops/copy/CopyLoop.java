package io.sidetrack.ops.copy;

import io.sidetrack.ops.RateLimit;
import io.sidetrack.ops.StopRequest;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Reads a slice and writes its steps, until the slice ends or a stop is requested. After such a request, what is collected is
 * dropped and no transaction begins: the next run reads it again. Not thread-safe.
 */
final class CopyLoop implements SliceSource.Visitor {
    private final CopyTransactions transactions;
    private final Copying copying;
    private final CopyBatch batch;
    private final int ownTransactionBytes;
    private final RateLimit rate;
    private final StopRequest stop;
    private final Consumer<CopyState> progress;
    /** The number of records of each partition that were read and are not copied, since its last step. */
    private final Map<Integer, Long> unselected = new HashMap<>();

    /**
     * @param ownTransactionBytes records from this size on, which the target may reject, get a transaction of their own: it is
     *     cheaper to abort
     * @param progress receives the state after each transaction
     */
    CopyLoop(
            CopyTransactions transactions,
            Copying copying,
            CopyBatch batch,
            int ownTransactionBytes,
            RateLimit rate,
            StopRequest stop,
            Consumer<CopyState> progress) {
        this.transactions = transactions;
        this.copying = copying;
        this.batch = batch;
        this.ownTransactionBytes = ownTransactionBytes;
        this.rate = rate;
        this.stop = stop;
        this.progress = progress;
    }

    /**
     * Copies the slice.
     *
     * @return the state that is committed
     */
    CopyState run(SliceSource source) {
        while (!source.isDone() && !stop.isRequested()) {
            source.poll(this);
            if (batch.isDue()) {
                send();
            }
        }
        if (!stop.isRequested()) {
            send();
            transactions.finish();
            progress.accept(transactions.state());
        }
        return transactions.state();
    }

    @Override
    public void record(ConsumerRecord<byte[], byte[]> record) {
        if (stop.isRequested()) {
            return;
        }
        if (!copying.selects().test(record)) {
            unselected.merge(record.partition(), 1L, Long::sum);
            return;
        }
        rate.await();
        boolean alone = record.serializedValueSize() >= ownTransactionBytes;
        if (alone) {
            send();
        }
        if (!stop.isRequested()) {
            batch.add(record, takeUnselected(record.partition()));
        }
        if (alone || batch.isDue()) {
            send();
        }
    }

    @Override
    public void passed(int partition, long next) {
        if (!stop.isRequested()) {
            batch.passed(partition, next, takeUnselected(partition));
        }
    }

    private long takeUnselected(int partition) {
        Long records = unselected.remove(partition);
        return records == null ? 0 : records;
    }

    private void send() {
        if (!batch.isEmpty() && !stop.isRequested()) {
            transactions.send(batch.take());
            progress.accept(transactions.state());
        }
    }
}
