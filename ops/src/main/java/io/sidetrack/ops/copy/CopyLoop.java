package io.sidetrack.ops.copy;

import io.sidetrack.ops.RateLimit;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
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
    private final BooleanSupplier stopped;
    private final Runnable beforeFinish;
    private final Consumer<CopyState> progress;
    /** The number of records of each partition that were read and are not copied, since its last step. */
    private final Map<Integer, Long> unselected = new HashMap<>();

    /**
     * @param ownTransactionBytes records from this size on, which the target may reject, get a transaction of their own: it is
     *     cheaper to abort
     * @param stopped whether a stop is requested; once true, it stays true
     * @param beforeFinish called when everything is copied; fails if the run must not be recorded as finished
     * @param progress receives the state after each transaction
     */
    CopyLoop(
            CopyTransactions transactions,
            Copying copying,
            CopyBatch batch,
            int ownTransactionBytes,
            RateLimit rate,
            BooleanSupplier stopped,
            Runnable beforeFinish,
            Consumer<CopyState> progress) {
        this.transactions = transactions;
        this.copying = copying;
        this.batch = batch;
        this.ownTransactionBytes = ownTransactionBytes;
        this.rate = rate;
        this.stopped = stopped;
        this.beforeFinish = beforeFinish;
        this.progress = progress;
    }

    /**
     * Copies the slice.
     *
     * @return the state that is committed
     */
    CopyState run(SliceSource source) {
        while (!source.isDone() && !stopped.getAsBoolean()) {
            source.poll(this);
            if (batch.isDue()) {
                send();
            }
        }
        // Checked once: with a second check, a stop between both would drop the last batch and still finish the run.
        if (!stopped.getAsBoolean()) {
            sendBatch();
            beforeFinish.run();
            transactions.finish();
            progress.accept(transactions.state());
        }
        return transactions.state();
    }

    @Override
    public void record(ConsumerRecord<byte[], byte[]> record) {
        if (stopped.getAsBoolean()) {
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
        if (!stopped.getAsBoolean()) {
            batch.add(record, takeUnselected(record.partition()));
        }
        if (alone || batch.isDue()) {
            send();
        }
    }

    @Override
    public void passed(int partition, long next) {
        if (!stopped.getAsBoolean()) {
            batch.passed(partition, next, takeUnselected(partition));
        }
    }

    private long takeUnselected(int partition) {
        Long records = unselected.remove(partition);
        return records == null ? 0 : records;
    }

    private void send() {
        if (!stopped.getAsBoolean()) {
            sendBatch();
        }
    }

    private void sendBatch() {
        if (!batch.isEmpty()) {
            transactions.send(batch.take());
            progress.accept(transactions.state());
        }
    }
}
