package io.sidetrack.ops.parked;

import io.sidetrack.common.control.ExclusiveSetting;
import io.sidetrack.ops.Interruption;
import io.sidetrack.ops.OpsException;
import io.sidetrack.ops.StopRequest;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/** Takes the steps of a resume, waits between them, and shows both. Ends between two steps when it is interrupted. */
final class ResumeRun implements Interruption.Run {
    private final Resume resume;
    private final ResumeProgress progress;
    private final BackfillName name;
    private final StopRequest stop;
    private final LongSupplier nanoClock;

    ResumeRun(Resume resume, ResumeProgress progress, BackfillName name, StopRequest stop, LongSupplier nanoClock) {
        this.resume = resume;
        this.progress = progress;
        this.name = name;
        this.stop = stop;
        this.nanoClock = nanoClock;
    }

    /**
     * Runs to the end.
     *
     * @throws OpsException if it was interrupted, or another command has taken over
     */
    void run() {
        try {
            OptionalLong waitMs = step();
            while (waitMs.isPresent()) {
                await(waitMs.getAsLong());
                waitMs = step();
            }
        } catch (Resume.SupersededException e) {
            throw new OpsException(
                    "%s: another command has changed its setting (now: %s), so this one has stopped; %s"
                            .formatted(
                                    name,
                                    e.now().map(BackfillText::state).orElse("none"),
                                    "run `sidetrack backfill resume` with this name to resume it again"),
                    e);
        } catch (ExclusiveSetting.TakenOverException e) {
            throw takenOver(name, e);
        } finally {
            progress.end();
        }
    }

    /** The failure of a command that another one has replaced. */
    static OpsException takenOver(BackfillName name, ExclusiveSetting.TakenOverException e) {
        return new OpsException(
                ("%s: another command that changes its setting was started, so this one has stopped; `sidetrack backfill"
                                + " status` shows the setting")
                        .formatted(name),
                e);
    }

    private OptionalLong step() {
        if (stop.isRequested()) {
            throw new OpsException(interrupted());
        }
        progress.show(resume);
        OptionalLong waitMs = resume.step();
        if (stop.isRequested() && waitMs.isPresent()) {
            throw new OpsException(interrupted());
        }
        return waitMs;
    }

    private void await(long waitMs) {
        long until = nanoClock.getAsLong() + TimeUnit.MILLISECONDS.toNanos(waitMs);
        for (long left = until - nanoClock.getAsLong();
                left > 0 && !stop.isRequested();
                left = until - nanoClock.getAsLong()) {
            progress.show(resume);
            LockSupport.parkNanos(Math.min(left, TimeUnit.MILLISECONDS.toNanos(500)));
        }
    }

    @Override
    public boolean isIdle() {
        return false;
    }

    @Override
    public String interrupted() {
        return "interrupted; nothing is lost or repeated: run the same command again to continue (%s)"
                .formatted(progress.last());
    }
}
