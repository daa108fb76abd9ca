package io.sidetrack.report;

import static io.sidetrack.report.Plot.number;

/** Adds shapes and text to the markup of an image. Positions are pixels from its left and from its top. */
record Drawing(Markup markup) {
    void segment(String style, double x1, double y1, double x2, double y2) {
        markup.empty("line", "class", style, "x1", number(x1), "y1", number(y1), "x2", number(x2), "y2", number(y2));
    }

    void rectangle(String style, double left, double top, double right, double bottom) {
        markup.empty(
                "rect",
                "class",
                style,
                "x",
                number(left),
                "y",
                number(top),
                "width",
                number(right - left),
                "height",
                number(bottom - top));
    }

    void path(String style, String path) {
        markup.empty("path", "class", style, "d", path);
    }

    void dot(String style, double x, double y) {
        markup.empty("circle", "class", style, "cx", number(x), "cy", number(y), "r", "3");
    }

    /** @param anchor what of the text is at x: {@code start}, {@code middle} or {@code end} */
    void text(double x, double y, String anchor, String style, String text) {
        markup.element("text", text, "class", style, "x", number(x), "y", number(y), "text-anchor", anchor);
    }
}
