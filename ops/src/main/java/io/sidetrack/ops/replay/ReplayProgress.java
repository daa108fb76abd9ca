package io.sidetrack.ops.replay;

import io.sidetrack.ops.Interruption;
import io.sidetrack.ops.ProgressLine;
import io.sidetrack.ops.ReadingProgress;
import io.sidetrack.ops.Terminal;
import io.sidetrack.ops.copy.CopyState;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Optional;

/** Shows how far a replay is, on a terminal, and how to continue it when it is interrupted. */
final class ReplayProgress implements Interruption.Run {
    private final String id;
    private final Optional<ProgressLine> line;
    private volatile long copied;

    ReplayProgress(String id, PrintWriter err) {
        this.id = id;
        this.line = Terminal.isInteractive() ? Optional.of(new ProgressLine(err, System::nanoTime)) : Optional.empty();
    }

    /** The progress of reading without copying. */
    ReadingProgress ofSurvey(long offsets) {
        return new ReadingProgress(line, System::nanoTime, offsets);
    }

    /** The progress of a run, which may have been begun by another process. */
    ReadingProgress of(CopyState before) {
        update(before);
        return new ReadingProgress(line, System::nanoTime, before.run().slice().offsets(), before.offsetsDone());
    }

    /** Remembers what is committed. */
    void update(CopyState state) {
        copied = state.tally().copied();
    }

    @Override
    public boolean isIdle() {
        return false;
    }

    @Override
    public String interrupted() {
        return String.format(
                Locale.ROOT,
                "interrupted; %,d are replayed, run the same command again to continue (id %s)",
                copied,
                id);
    }
}
