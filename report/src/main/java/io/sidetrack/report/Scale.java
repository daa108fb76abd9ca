package io.sidetrack.report;

import java.util.ArrayList;
import java.util.List;

/**
 * A vertical scale: the position of a value, from 0 (bottom) to 1 (top), and the values at which the axis has labels and lines.
 * Immutable.
 */
public final class Scale {
    private static final int MOST_LINEAR = 5;
    /** With fewer powers of ten, 2 and 5 times a power are labelled too. */
    private static final double FEW_DECADES = 2;

    private final Kind kind;
    private final double low;
    private final double high;
    private final List<Double> labels;
    private final List<Double> lines;

    /** What the distance between two values is. */
    public enum Kind {
        /** Their difference; begins at 0. */
        LINEAR,
        /** Their ratio; for values above 0. */
        LOG,
        /** Almost their ratio, with a place for 0: the difference of the logarithms of the values plus 1. */
        LOG_FROM_ZERO
    }

    private Scale(Kind kind, double low, double high, List<Double> labels, List<Double> lines) {
        this.kind = kind;
        this.low = low;
        this.high = high;
        this.labels = List.copyOf(labels);
        this.lines = List.copyOf(lines);
    }

    /** A scale for values; NaN is ignored, and values that the scale cannot show are at its bottom. */
    static Scale of(Kind kind, List<double[]> values) {
        double min = Double.POSITIVE_INFINITY;
        double max = 0;
        for (double[] some : values) {
            for (double value : some) {
                if (value > 0) {
                    min = Math.min(min, value);
                    max = Math.max(max, value);
                }
            }
        }
        boolean none = max == 0;
        return switch (kind) {
            case LINEAR -> linear(none ? 1 : max);
            case LOG -> logarithmic(none ? 1 : min, none ? 10 : max);
            case LOG_FROM_ZERO -> fromZero(none ? 1 : max);
        };
    }

    private static Scale linear(double max) {
        List<Double> ticks = Ticks.linear(max, MOST_LINEAR);
        return new Scale(Kind.LINEAR, 0, ticks.get(ticks.size() - 1), ticks, ticks);
    }

    private static Scale logarithmic(double min, double max) {
        double low = Ticks.niceBelow(min);
        double high = Ticks.nice(max);
        if (high <= low * (1 + 1e-9)) {
            high = Ticks.nice(low * 1.5);
        }
        List<Double> all = Ticks.all(low, high);
        return new Scale(Kind.LOG, low, high, labelled(all, Math.log10(high / low)), all);
    }

    private static Scale fromZero(double max) {
        double high = Math.max(1, Ticks.nice(max));
        List<Double> all = new ArrayList<>(List.of(0.0));
        all.addAll(Ticks.all(1, high));
        return new Scale(Kind.LOG_FROM_ZERO, 0, high, labelled(all, Math.log10(high)), all);
    }

    private static List<Double> labelled(List<Double> ticks, double decades) {
        return decades < FEW_DECADES
                ? ticks
                : ticks.stream()
                        .filter(tick -> tick == 0 || Ticks.isPower(tick))
                        .toList();
    }

    /** The position of a value; a value outside the scale is at its end. */
    double at(double value) {
        double within = Math.max(low, Math.min(high, value));
        return switch (kind) {
            case LINEAR -> within / high;
            case LOG -> Math.log(within / low) / Math.log(high / low);
            case LOG_FROM_ZERO -> Math.log1p(within) / Math.log1p(high);
        };
    }

    /** The values with a label. */
    List<Double> labels() {
        return labels;
    }

    /** The values with a line, which include those with a label. */
    List<Double> lines() {
        return lines;
    }
}
