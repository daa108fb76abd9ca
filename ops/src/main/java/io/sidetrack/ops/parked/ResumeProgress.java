package io.sidetrack.ops.parked;

import io.sidetrack.ops.DurationText;
import io.sidetrack.ops.ProgressLine;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;

/**
 * Shows what a resume does or waits for: in place on a terminal, otherwise with a line when that changes and every minute. Not
 * thread-safe, except for {@link #last}.
 */
final class ResumeProgress {
    private static final long LINE_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final long REMARK_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final BackfillName name;
    private final PrintWriter err;
    private final Optional<ProgressLine> line;
    private final LongSupplier nanoClock;
    private final UnaryOperator<String> remarks;
    private Resume resume;
    private Resume.Phase shown;
    /** What was waited for when a line was printed last. */
    private String printed = "";

    private long shownNanos;
    private long phaseNanos;
    private long unreadAtBegin = -1;
    private String remark = "";
    private long remarkNanos;
    private volatile String last = "not begun";

    /**
     * @param line where to show it in place; empty if there is no terminal
     * @param remarks why a group of writers may not read at the moment; empty for no reason
     */
    ResumeProgress(
            BackfillName name,
            PrintWriter err,
            Optional<ProgressLine> line,
            LongSupplier nanoClock,
            UnaryOperator<String> remarks) {
        this.name = name;
        this.err = err;
        this.line = line;
        this.nanoClock = nanoClock;
        this.remarks = remarks;
    }

    /** Shows the next step. */
    void show(Resume now) {
        resume = now;
        show(text(now, null));
    }

    /** Shows a copy that is part of the current step. */
    void copying(ParkedCopies copies) {
        if (resume != null) {
            show(text(resume, copies));
        }
    }

    private void show(String text) {
        last = text;
        line.ifPresent(shownLine -> shownLine.update(() -> text));
        long now = nanoClock.getAsLong();
        String reason = reason();
        boolean isDue = !reason.equals(printed) || now - shownNanos >= LINE_NANOS;
        if (line.isEmpty() && isDue && !reason.isEmpty()) {
            err.println("sidetrack: " + text);
            err.flush();
            shownNanos = now;
            printed = reason;
        }
        shown = resume.phase();
    }

    /** What is waited for, without numbers; empty if that is not known, or nothing. */
    private String reason() {
        return switch (resume.phase()) {
            case WRITERS -> slowest(resume.unread()).map(Map.Entry::getKey).orElse("");
            case DONE -> "";
            default -> resume.phase().name();
        };
    }

    private static Optional<Map.Entry<String, Long>> slowest(Map<String, Long> unread) {
        return unread.entrySet().stream().max(Map.Entry.comparingByValue()).filter(entry -> entry.getValue() > 0);
    }

    private String text(Resume now, ParkedCopies copies) {
        if (shown != now.phase()) {
            phaseNanos = nanoClock.getAsLong();
            unreadAtBegin = -1;
            remarkNanos = phaseNanos - REMARK_NANOS;
        }
        String what =
                switch (now.phase()) {
                    case PAUSING ->
                        "waiting %d s, until every service knows that %s is paused"
                                .formatted(seconds(now.leftMs()), name);
                    case COMPLETING -> "completing what was begun before";
                    case ANNOUNCED ->
                        "waiting %d s, until every service knows that %s is resumed"
                                .formatted(seconds(now.leftMs()), name);
                    case WRITERS ->
                        copies == null ? waiting(now.unread()) : "copying to the lane what the writers have parked";
                    case ROUTERS ->
                        "copying to the lane what the routers have parked, until they park nothing any more";
                    case LAST_LOOK -> "resumed; looking %d s for late records".formatted(seconds(now.leftMs()));
                    case DONE -> "done";
                };
        return copies == null
                ? what
                : String.format(
                        Locale.ROOT,
                        "%s: %,d copied%s, %,d offsets left to read",
                        what,
                        copies.copied(),
                        copies.discarded() == 0
                                ? ""
                                : String.format(Locale.ROOT, ", %,d discarded", copies.discarded()),
                        copies.toRead());
    }

    private String waiting(Map<String, Long> unread) {
        Optional<Map.Entry<String, Long>> slowest = slowest(unread);
        if (slowest.isEmpty()) {
            return "looking how far the writers are";
        }
        String group = slowest.get().getKey();
        long left = slowest.get().getValue();
        long now = nanoClock.getAsLong();
        if (now - remarkNanos >= REMARK_NANOS) {
            remarkNanos = now;
            remark = remarks.apply(group);
        }
        if (unreadAtBegin < left) {
            unreadAtBegin = left;
            phaseNanos = now;
        }
        double perSecond = (unreadAtBegin - left) / Math.max(1, (now - phaseNanos) / 1e9);
        return String.format(
                Locale.ROOT,
                "waiting until %s has read the lane up to where %s was resumed: %,d offsets left%s%s",
                group,
                name,
                left,
                perSecond < 1
                        ? ""
                        : String.format(Locale.ROOT, ", %,.0f/s, %s", perSecond, DurationText.of(left / perSecond)),
                remark.isEmpty() ? "" : "; " + remark);
    }

    private static long seconds(long ms) {
        return (ms + 999) / 1000;
    }

    /** What was shown last. May be called by any thread. */
    String last() {
        return last;
    }

    /** Removes what is shown in place. */
    void end() {
        line.ifPresent(ProgressLine::clear);
    }
}
