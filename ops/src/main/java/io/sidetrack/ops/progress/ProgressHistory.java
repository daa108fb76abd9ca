package io.sidetrack.ops.progress;

import io.sidetrack.report.Timeline;
import io.sidetrack.report.Timeline.Merge;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The samples of a run, as values over time in bounded memory. Not thread-safe. */
final class ProgressHistory {
    /** The lanes that a writer can have. */
    static final List<String> WRITERS = List.of("live", "backfill");

    private static final int ROWS = 240;
    private static final List<Merge> OF_A_LANE = List.of(Merge.MAX, Merge.MEAN, Merge.MEAN);
    private static final List<Merge> OF_WRITERS = List.of(Merge.MEAN, Merge.MAX);

    private final double gapSeconds;
    private List<String> lanes = List.of();
    private Timeline timeline;
    private double lastSecond;
    private Map<String, WriterTimes> times = Map.of();
    private ProgressSample last;

    /** @param gapSeconds the time without a sample from which on nothing is known about it */
    ProgressHistory(double gapSeconds) {
        this.gapSeconds = gapSeconds;
    }

    /** @param second since the first sample, in ascending order */
    void add(double second, ProgressSample sample) {
        Map<String, WriterTimes> now = WriterTimes.of(sample.metrics().values());
        if (last == null) {
            lanes = sample.lanes().stream().map(LaneProgress::name).toList();
            List<Merge> columns = new ArrayList<>();
            lanes.forEach(lane -> columns.addAll(OF_A_LANE));
            WRITERS.forEach(lane -> columns.addAll(OF_WRITERS));
            timeline = new Timeline(ROWS, columns.toArray(Merge[]::new));
        } else if (second - lastSecond > gapSeconds) {
            timeline.gap((lastSecond + second) / 2);
        }
        timeline.add(second, values(sample, now));
        times = now;
        lastSecond = second;
        last = sample;
    }

    private double[] values(ProgressSample sample, Map<String, WriterTimes> now) {
        List<Double> values = new ArrayList<>();
        for (String name : lanes) {
            Optional<LaneProgress> found = sample.lanes().stream()
                    .filter(lane -> lane.name().equals(name))
                    .findFirst();
            values.add(found.map(lane -> (double) lane.lag()).orElse(Double.NaN));
            values.add(found.map(lane -> lane.rates().read().orElse(Double.NaN)).orElse(Double.NaN));
            values.add(found.map(lane -> lane.rates().arriving()).orElse(Double.NaN));
        }
        for (String name : WRITERS) {
            WriterTimes writers = now.getOrDefault(name, WriterTimes.NONE);
            values.add(times.containsKey(name) ? writers.callMs(times.get(name)) : Double.NaN);
            values.add(writers.oldestSeconds());
        }
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }

    /** The last sample; empty before the first one. */
    Optional<ProgressSample> last() {
        return Optional.ofNullable(last);
    }

    /** The time of each row. */
    double[] seconds() {
        return timeline.seconds();
    }

    double[] lag(LaneProgress lane) {
        return values(lane, 0);
    }

    double[] read(LaneProgress lane) {
        return values(lane, 1);
    }

    double[] arriving(LaneProgress lane) {
        return values(lane, 2);
    }

    private double[] values(LaneProgress lane, int column) {
        int i = lanes.indexOf(lane.name());
        if (i < 0) {
            double[] none = new double[timeline.size()];
            Arrays.fill(none, Double.NaN);
            return none;
        }
        return timeline.values(i * OF_A_LANE.size() + column);
    }

    /** The average duration of the writers' calls, in ms. */
    double[] callMs(String lane) {
        return ofWriters(lane, 0);
    }

    /** The age of the oldest unfinished record, in seconds. */
    double[] oldestSeconds(String lane) {
        return ofWriters(lane, 1);
    }

    private double[] ofWriters(String lane, int column) {
        int before = lanes.size() * OF_A_LANE.size();
        return timeline.values(before + WRITERS.indexOf(lane) * OF_WRITERS.size() + column);
    }
}
