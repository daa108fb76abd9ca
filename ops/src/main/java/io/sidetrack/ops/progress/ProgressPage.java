package io.sidetrack.ops.progress;

import io.sidetrack.common.settings.StartupException;
import io.sidetrack.ops.OpsException;
import io.sidetrack.report.Report;
import io.sidetrack.report.ReportFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.LongSupplier;

/**
 * The HTML file of a run, which is rewritten for each sample. When the run ends, also because of Ctrl-C, the page
 * keeps the last state and shows that it has ended. Thread-safe.
 */
final class ProgressPage implements ProgressListener {
    /** The option that names the file. */
    static final String OPTION = "--html";

    /** Reading the page more often would move it under the reader's eyes. */
    private static final int SHORTEST_RELOAD_S = 5;
    /** Samples are late when brokers respond slowly; a longer time without one is a gap. */
    private static final double LATE_S = 10;

    private final ReportFile file;
    private final OptionalInt reloadSeconds;
    private final Clock clock;
    private final LongSupplier nanos;
    private final ProgressHistory history;
    private final Thread hook = new Thread(this::interrupted, "end-page");
    private Instant start;
    private Instant last;
    private long startNanos;
    private boolean ended;

    private ProgressPage(Path file, Duration interval, Clock clock, LongSupplier nanos) {
        this.file = new ReportFile(file);
        this.reloadSeconds = OptionalInt.of((int) Math.max(SHORTEST_RELOAD_S, interval.toSeconds()));
        this.clock = clock;
        this.nanos = nanos;
        this.history = new ProgressHistory(3 * interval.toMillis() / 1e3 + LATE_S);
    }

    /**
     * Writes a page without samples, and registers for Ctrl-C and SIGTERM.
     *
     * @param interval the time between two samples
     * @param nanos a clock that never goes back
     * @throws StartupException if the file cannot be written
     */
    static ProgressPage open(Path file, Duration interval, Clock clock, LongSupplier nanos) {
        ProgressPage page = new ProgressPage(file, interval, clock, nanos);
        try {
            page.file.write(ProgressReport.waiting(clock.instant(), page.reloadSeconds));
        } catch (IOException e) {
            throw new StartupException(
                    OPTION + "=" + file,
                    "the file cannot be written: " + e.getMessage(),
                    "Name a file in a folder that exists and in which you may write.",
                    e);
        }
        Runtime.getRuntime().addShutdownHook(page.hook);
        return page;
    }

    /** @throws OpsException if the file can no longer be written */
    @Override
    public synchronized void sampled(ProgressSample sample) {
        if (ended) {
            return;
        }
        last = clock.instant();
        if (start == null) {
            start = last;
            startNanos = nanos.getAsLong();
        }
        history.add((nanos.getAsLong() - startNanos) / 1e9, sample);
        write(ProgressReport.of(history, start, last, Optional.empty(), reloadSeconds));
    }

    private void write(Report report) {
        try {
            file.write(report);
        } catch (IOException e) {
            throw new OpsException(
                    OPTION + "=" + file.path() + ": the file can no longer be written: " + e.getMessage(), e);
        }
    }

    private synchronized void end() {
        if (ended) {
            return;
        }
        ended = true;
        Instant now = clock.instant();
        write(
                history.last().isEmpty()
                        ? ProgressReport.waiting(now, OptionalInt.empty())
                        : ProgressReport.of(history, start, last, Optional.of(now), reloadSeconds));
    }

    private void interrupted() {
        try {
            end();
        } catch (OpsException e) {
            // The process ends because of a signal, and the page keeps its last state.
        }
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process ends because of a signal, and the hook ends the page.
        }
        end();
    }
}
