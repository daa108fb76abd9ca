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
 * Measures how fast a topic is read and written, in offsets per second, from samples of a group's position.
 *
 * <p>The position advances in steps, one per commit. A writer commits every 15 s, so a step can be 15 s of work, and between two
 * steps the writer seems idle. The read rate is therefore the distance between two steps, divided by the time between them. It is
 * unknown until there are two steps, or the window has passed without them. Not thread-safe.
 */
final class RateWindow {
    /** A group has slowed down if its next step takes longer than its longest step, multiplied by this. */
    private static final double LATE = 2.5;

    private final long windowNanos;
    /** The first sample may be older than the window: it shows whether the second one is a step. */
    private final Deque<Sample> samples = new ArrayDeque<>();

    private record Sample(long nanos, GroupPosition position) {}

    RateWindow(Duration window) {
        this.windowNanos = window.toNanos();
    }

    void add(long nowNanos, GroupPosition position) {
        samples.add(new Sample(nowNanos, position));
        while (samples.size() > 2 && nowNanos - second().nanos > windowNanos) {
            samples.remove();
        }
    }

    private Sample second() {
        return samples.stream().skip(1).findFirst().orElseThrow();
    }

    /** The last sample. */
    GroupPosition now() {
        return samples.getLast().position;
    }

    /**
     * The read rate in offsets per second.
     *
     * @param active whether the group has members
     * @return empty if the rate is unknown
     */
    OptionalDouble read(boolean active) {
        List<Sample> steps = steps();
        Sample last = samples.getLast();
        double elapsed = seconds(samples.getFirst(), last);
        if (steps.size() >= 2) {
            Sample from = steps.get(0);
            Sample to = steps.get(steps.size() - 1);
            boolean late = last.nanos - to.nanos > LATE * longestNanos(steps);
            return OptionalDouble.of((to.position.read() - from.position.read()) / seconds(from, late ? last : to));
        }
        boolean isIdle = steps.isEmpty() && now().lag() == 0;
        if (!active || isIdle || elapsed * 1e9 >= windowNanos) {
            return OptionalDouble.of(
                    elapsed == 0
                            ? 0
                            : Math.max(
                                    0,
                                    (now().read() - samples.getFirst().position.read()) / elapsed));
        }
        return OptionalDouble.empty();
    }

    private List<Sample> steps() {
        List<Sample> steps = new ArrayList<>();
        Sample before = null;
        for (Sample sample : samples) {
            if (before != null && sample.position.read() > before.position.read()) {
                steps.add(sample);
            }
            before = sample;
        }
        return steps;
    }

    private static long longestNanos(List<Sample> steps) {
        long longest = 0;
        for (int i = 1; i < steps.size(); i++) {
            longest = Math.max(longest, steps.get(i).nanos - steps.get(i - 1).nanos);
        }
        return longest;
    }

    /** The write rate in offsets per second. */
    double arriving() {
        double elapsed = seconds(samples.getFirst(), samples.getLast());
        return elapsed == 0
                ? 0
                : Math.max(0, (now().written() - samples.getFirst().position.written()) / elapsed);
    }

    /** The ranges that were written after the first sample. */
    SortedMap<Integer, OffsetRange> written() {
        return ranges(samples.getFirst().position.ends(), now().ends());
    }

    /** The ranges that were read after the first sample. */
    SortedMap<Integer, OffsetRange> read() {
        return ranges(samples.getFirst().position.next(), now().next());
    }

    private static SortedMap<Integer, OffsetRange> ranges(SortedMap<Integer, Long> from, SortedMap<Integer, Long> to) {
        SortedMap<Integer, OffsetRange> ranges = new TreeMap<>();
        to.forEach((partition, end) -> ranges.put(partition, new OffsetRange(from.getOrDefault(partition, end), end)));
        return ranges;
    }

    private static double seconds(Sample from, Sample to) {
        return (to.nanos - from.nanos) / 1e9;
    }
}
