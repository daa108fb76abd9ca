package io.sidetrack.writer;

import io.sidetrack.common.control.ControlListener;
import io.sidetrack.common.control.NamedBackfill;
import java.util.Map;

/** Applies the settings of named backfills to a running writer, and counts what cannot be read. */
record BackfillListener(BackfillControl control, WriterMetrics metrics) implements ControlListener {
    @Override
    public void apply(Map<String, NamedBackfill> settings, boolean forTask) {
        control.apply(settings, forTask);
    }

    @Override
    public void rejected() {
        metrics.controlRecordRejected();
    }

    /** Outdated settings stay as they are: a record that they discard is parked, see {@link WriteProcessor}. */
    @Override
    public void unreadable(boolean outdated) {
        metrics.controlReadFailed();
    }

    @Override
    public String whileUnreadable() {
        return "the last commands stay in effect";
    }
}
