package io.sidetrack.writer;

import io.sidetrack.writer.buffer.ThrottledIndexes;
import io.sidetrack.writer.table.RequestEvents;
import io.sidetrack.writer.table.ThrottlingReason;
import java.util.function.LongSupplier;

/** Counts the calls to the table, and informs the buffers which indexes throttle. Thread-safe. */
record TableEvents(WriterMetrics metrics, ThrottledIndexes indexes, LongSupplier nanoClock) implements RequestEvents {
    @Override
    public void requestSent(String operation, int items) {
        metrics.requestSent(operation, items);
    }

    @Override
    public void itemsTried(String path, String result, int items) {
        metrics.itemsTried(path, result, items);
    }

    @Override
    public void requestCompleted(String outcome, long nanos) {
        metrics.requestCompleted(outcome, nanos);
    }

    @Override
    public void statementFailed(String code) {
        metrics.statementFailed(code);
    }

    @Override
    public void throttled(ThrottlingReason reason) {
        metrics.throttled(reason);
        if (reason.isOfIndex()) {
            indexes.throttled(reason.resource(), nanoClock.getAsLong());
        }
    }
}
