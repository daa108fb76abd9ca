package io.sidetrack.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Values over time in bounded memory. When there are too many rows, two neighbours become one, and from then on as many samples
 * become a row. Each row has the time of its last sample, so it stands for the time since the row before it. Not thread-safe.
 */
public final class Timeline {
    private final int most;
    private final Merge[] columns;
    private final List<Row> rows = new ArrayList<>();
    /** The number of samples in a row, a power of two. */
    private int stride = 1;
    /** The last row if it has fewer samples; null otherwise. */
    private Row open;

    /** What several values of a column become. */
    public enum Merge {
        /** The greatest: for lags and latencies, whose peaks must not disappear. */
        MAX,
        /** The average: for rates. */
        MEAN
    }

    private record Row(double second, int samples, double[] values, int[] counts) {}

    /**
     * @param most the maximum number of rows, an even number of at least 2
     * @param columns how the values of each column are merged
     */
    public Timeline(int most, Merge... columns) {
        if (most < 2 || most % 2 != 0) {
            throw new IllegalArgumentException("at most " + most + " rows");
        }
        this.most = most;
        this.columns = columns.clone();
    }

    /**
     * Adds a sample.
     *
     * @param second its time, not before that of the last sample
     * @param values a value for each column; NaN if there is none
     */
    public void add(double second, double... values) {
        if (values.length != columns.length) {
            throw new IllegalArgumentException(values.length + " values for " + columns.length + " columns");
        }
        int[] counts = new int[values.length];
        for (int i = 0; i < values.length; i++) {
            counts[i] = Double.isNaN(values[i]) ? 0 : 1;
        }
        Row sample = new Row(second, 1, values.clone(), counts);
        open = open == null ? sample : merged(open, sample);
        if (open.samples == stride) {
            rows.add(open);
            open = null;
            if (rows.size() == most) {
                halve();
            }
        }
    }

    /** Adds a row without values, which interrupts the lines: nothing is known about the time before it. */
    public void gap(double second) {
        double[] none = new double[columns.length];
        Arrays.fill(none, Double.NaN);
        add(second, none);
    }

    private void halve() {
        List<Row> half = new ArrayList<>();
        for (int i = 0; i < rows.size(); i += 2) {
            half.add(merged(rows.get(i), rows.get(i + 1)));
        }
        rows.clear();
        rows.addAll(half);
        stride *= 2;
    }

    private Row merged(Row first, Row second) {
        double[] values = new double[columns.length];
        int[] counts = new int[columns.length];
        for (int i = 0; i < columns.length; i++) {
            counts[i] = first.counts[i] + second.counts[i];
            if (first.counts[i] == 0 || second.counts[i] == 0) {
                values[i] = first.counts[i] == 0 ? second.values[i] : first.values[i];
            } else {
                values[i] = switch (columns[i]) {
                    case MAX -> Math.max(first.values[i], second.values[i]);
                    case MEAN -> (first.values[i] * first.counts[i] + second.values[i] * second.counts[i]) / counts[i];
                };
            }
        }
        return new Row(second.second, first.samples + second.samples, values, counts);
    }

    /** The number of rows. */
    public int size() {
        return rows.size() + (open == null ? 0 : 1);
    }

    /** The time of each row. */
    public double[] seconds() {
        return all().stream().mapToDouble(Row::second).toArray();
    }

    /** The values of a column, one for each row; NaN where there is none. */
    public double[] values(int column) {
        return all().stream().mapToDouble(row -> row.values[column]).toArray();
    }

    private List<Row> all() {
        List<Row> all = new ArrayList<>(rows);
        if (open != null) {
            all.add(open);
        }
        return all;
    }
}
