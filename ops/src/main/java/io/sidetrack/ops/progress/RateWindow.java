package io.sidetrack.ops.progress;

import io.sidetrack.ops.cluster.GroupPosition;
import io.sidetrack.ops.cluster.OffsetRange;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How fast a topic is read and written, in offsets a second, from looks at a group's standing.
 *
 * <p>A group's standing advances in steps, one a commit: a writer commits every 15 s, so that a step can be 15 s of work, and
 * between two steps it seems to do nothing. The rate of reading is therefore what lies between two steps, divided by the time
 * between them. It is not known until two steps were seen, or the window has passed without them. Not thread-safe.
 */
final class RateWindow {
    /** A group that takes longer for its next step than this times its longest step has slowed down. */
    private static final double LATE = 2.5;

    private final long windowNanos;
    /** The first one may be older than the window: it shows whether the second one is a step. */
    private final Deque<Look> looks = new ArrayDeque<>();

    private record Look(long nanos, GroupPosition standing) {}

    RateWindow(Duration window) {
        this.windowNanos = window.toNanos();
    }

    void add(long nowNanos, GroupPosition standing) {
        looks.add(new Look(nowNanos, standing));
        while (looks.size() > 2 && nowNanos - second().nanos > windowNanos) {
            looks.remove();
        }
    }

    private Look second() {
        return looks.stream().skip(1).findFirst().orElseThrow();
    }

    /** The last look. */
    GroupPosition now() {
        return looks.getLast().standing;
    }

    /**
     * Offsets read a second.
     *
     * @param active whether the group has members
     * @return empty if it is not known yet
     */
    OptionalDouble read(boolean active) {
        List<Look> steps = steps();
        Look last = looks.getLast();
        double elapsed = seconds(looks.getFirst(), last);
        if (steps.size() >= 2) {
            Look from = steps.get(0);
            Look to = steps.get(steps.size() - 1);
            boolean late = last.nanos - to.nanos > LATE * longestNanos(steps);
            return OptionalDouble.of((to.standing.read() - from.standing.read()) / seconds(from, late ? last : to));
        }
        boolean isIdle = steps.isEmpty() && now().lag() == 0;
        if (!active || isIdle || elapsed * 1e9 >= windowNanos) {
            return OptionalDouble.of(
                    elapsed == 0
                            ? 0
                            : Math.max(
                                    0, (now().read() - looks.getFirst().standing.read()) / elapsed));
        }
        return OptionalDouble.empty();
    }

    private List<Look> steps() {
        List<Look> steps = new ArrayList<>();
        Look before = null;
        for (Look look : looks) {
            if (before != null && look.standing.read() > before.standing.read()) {
                steps.add(look);
            }
            before = look;
        }
        return steps;
    }

    private static long longestNanos(List<Look> steps) {
        long longest = 0;
        for (int i = 1; i < steps.size(); i++) {
            longest = Math.max(longest, steps.get(i).nanos - steps.get(i - 1).nanos);
        }
        return longest;
    }

    /** Offsets written a second. */
    double arriving() {
        double elapsed = seconds(looks.getFirst(), looks.getLast());
        return elapsed == 0
                ? 0
                : Math.max(0, (now().written() - looks.getFirst().standing.written()) / elapsed);
    }

    /** What was written since the first look. */
    SortedMap<Integer, OffsetRange> written() {
        return spans(looks.getFirst().standing.ends(), now().ends());
    }

    /** What was read since the first look. */
    SortedMap<Integer, OffsetRange> read() {
        return spans(looks.getFirst().standing.next(), now().next());
    }

    private static SortedMap<Integer, OffsetRange> spans(SortedMap<Integer, Long> from, SortedMap<Integer, Long> to) {
        SortedMap<Integer, OffsetRange> spans = new TreeMap<>();
        to.forEach((partition, end) -> spans.put(partition, new OffsetRange(from.getOrDefault(partition, end), end)));
        return spans;
    }

    private static double seconds(Look from, Look to) {
        return (to.nanos - from.nanos) / 1e9;
    }
}
