package io.sidetrack.report;

import java.util.Arrays;
import java.util.List;

/**
 * Lines over time.
 *
 * @param caption what the lines are, in a sentence
 * @param values the vertical axis
 * @param seconds the time of each value, in ascending order
 * @param lines at least one
 * @param phases named periods, in ascending order; may be empty
 */
public record Chart(
        String title,
        String caption,
        TimeAxis time,
        ValueAxis values,
        double[] seconds,
        List<Line> lines,
        List<Phase> phases) {

    /** @throws IllegalArgumentException if a line does not have a value for each time, or times do not ascend */
    public Chart {
        lines = List.copyOf(lines);
        phases = List.copyOf(phases);
        for (Line line : lines) {
            if (line.values.length != seconds.length) {
                throw new IllegalArgumentException(
                        line.name + ": " + line.values.length + " values for " + seconds.length + " times");
            }
        }
        for (int i = 1; i < seconds.length; i++) {
            if (!(seconds[i] >= seconds[i - 1])) {
                throw new IllegalArgumentException("time " + seconds[i] + " after " + seconds[i - 1]);
            }
        }
    }

    /**
     * The vertical axis.
     *
     * @param unit what is counted, such as {@code ms} or {@code records}
     */
    public record ValueAxis(String unit, Scale.Kind scale) {}

    /**
     * A line.
     *
     * @param values a value for each time of the chart; NaN where there is none, which interrupts the line
     */
    public record Line(String name, Hue hue, Stroke stroke, double[] values) {
        /** Infinite values become NaN, because an axis cannot show them. */
        public Line {
            double[] finite = values.clone();
            for (int i = 0; i < finite.length; i++) {
                finite[i] = Double.isFinite(finite[i]) ? finite[i] : Double.NaN;
            }
            values = finite;
        }

        boolean isEmpty() {
            return lastIndex() < 0;
        }

        /** The index of the last value that is not NaN; -1 if there is none. */
        int lastIndex() {
            int i = values.length - 1;
            while (i >= 0 && Double.isNaN(values[i])) {
                i--;
            }
            return i;
        }

        /** The greatest value; NaN if there is none. */
        double highest() {
            return Arrays.stream(values)
                    .filter(value -> !Double.isNaN(value))
                    .max()
                    .orElse(Double.NaN);
        }
    }

    /** Colours that people with a colour vision deficiency can tell apart. */
    public enum Hue {
        BLUE,
        ORANGE,
        GREEN,
        PURPLE,
        GREY
    }

    /** How a line is drawn, so that it can be told from others without colours. */
    public enum Stroke {
        SOLID,
        DASHED,
        /** Solid, with the area below it filled. */
        AREA
    }

    /** A period with a name, from one second to another. */
    public record Phase(String name, double from, double to) {}
}
