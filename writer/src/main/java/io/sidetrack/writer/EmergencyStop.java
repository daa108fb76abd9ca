package io.sidetrack.writer;

import io.sidetrack.common.service.StreamsProcess;
import io.sidetrack.writer.settings.WriterSettings;
import io.sidetrack.writer.thread.WriterDependencies.Emergency;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends the process with exit code 1. */
final class EmergencyStop implements Emergency {
    private static final Logger log = LoggerFactory.getLogger(EmergencyStop.class);

    private final int maxRejectedPercent;
    /** Set before any stream thread starts, and so before an emergency. */
    private volatile StreamsProcess process;

    EmergencyStop(int maxRejectedPercent) {
        this.maxRejectedPercent = maxRejectedPercent;
    }

    void attach(StreamsProcess process) {
        this.process = process;
    }

    @Override
    public void mostlyRejected() {
        process.giveUp(
                ("more than %d %% of the last records cannot be written, so the topic, the table or the settings do not fit"
                                + " together; see the last dead letters, or raise %s")
                        .formatted(maxRejectedPercent, WriterSettings.MAX_REJECTED_PERCENT));
    }

    @Override
    public void failed(Throwable cause) {
        log.error("a step of the writer failed unexpectedly", cause);
        process.giveUp(
                "a step of the writer failed unexpectedly; nothing is lost, records that were not committed are read"
                        + " again after a restart");
    }
}
