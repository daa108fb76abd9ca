package io.sidetrack.report;

import io.sidetrack.report.Chart.Line;

/** The area of a chart in which lines are drawn, in pixels, and the position of each time and value in it. Immutable. */
final class Plot {
    static final double TOP = 42;

    /** The width of a character of the labels, on average. */
    static final double CHARACTER = 7.4;

    private static final double BOTTOM = 40;

    /** The size of an image. */
    enum Size {
        WIDE(980, 330, 168, 10, 7),
        HALF(480, 280, 132, 4, 2);

        final double width;
        final double height;
        /** The width of a label of a line. */
        final double labels;
        /** The most steps of the axis of time. */
        final int steps;

        /** The characters of a value for which there is room at least. */
        final int leastDigits;

        Size(double width, double height, double labels, int steps, int leastDigits) {
            this.width = width;
            this.height = height;
            this.labels = labels;
            this.steps = steps;
            this.leastDigits = leastDigits;
        }
    }

    final Size size;
    final Scale scale;
    /** The first and the last second. */
    final double from;

    final double to;
    final double left;
    final double right;
    final double bottom;

    Plot(Chart chart, Size size) {
        this.size = size;
        this.scale = Scale.of(
                chart.values().scale(), chart.lines().stream().map(Line::values).toList());
        double[] seconds = chart.seconds();
        this.from = chart.time().start().isPresent() && seconds.length > 0 ? seconds[0] : 0;
        double last = seconds.length == 0 ? 0 : seconds[seconds.length - 1];
        // One sample is a point: the axis still needs a length.
        this.to = last > from ? last : from + 1;
        int digits = scale.labels().stream()
                .mapToInt(value -> Numbers.text(value).length())
                .max()
                .orElse(1);
        // Charts below each other begin at the same place, unless their numbers are long.
        this.left = 20 + CHARACTER * Math.max(size.leastDigits, digits);
        this.right = size.width - size.labels;
        this.bottom = size.height - BOTTOM;
    }

    double x(double second) {
        return left + (second - from) / (to - from) * (right - left);
    }

    double y(double value) {
        return bottom - scale.at(value) * (bottom - TOP);
    }

    /** A point of a path. */
    String point(double second, double value) {
        return number(x(second)) + "," + number(y(value));
    }

    /** Pixels with at most one decimal place. There are thousands in a page, for which a formatter would be slow. */
    static String number(double pixels) {
        long tenths = Math.round(pixels * 10);
        return tenths % 10 == 0 ? Long.toString(tenths / 10) : Double.toString(tenths / 10.0);
    }
}
