package io.sidetrack.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Where the labels of lines are: near the ends of their lines, without overlapping. */
final class Labels {
    private Labels() {}

    /**
     * Moves positions apart as little as necessary, keeping their order.
     *
     * @param wanted the positions; those that are equal keep the order of the array
     * @param distance between two neighbours; smaller if there is not enough room
     */
    static double[] spread(double[] wanted, double distance, double from, double to) {
        int n = wanted.length;
        double gap = n < 2 ? distance : Math.min(distance, (to - from) / (n - 1));
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            order.add(i);
        }
        order.sort((a, b) -> Double.compare(wanted[a], wanted[b]));
        double[] placed = new double[n];
        Arrays.fill(placed, from);
        for (int i = 0; i < n; i++) {
            double least = i == 0 ? from : placed[order.get(i - 1)] + gap;
            placed[order.get(i)] = Math.max(least, wanted[order.get(i)]);
        }
        for (int i = n - 1; i >= 0; i--) {
            double most = i == n - 1 ? to : placed[order.get(i + 1)] - gap;
            placed[order.get(i)] = Math.min(most, placed[order.get(i)]);
        }
        return placed;
    }

    /** Text that fits into a width, with an ellipsis if it had to be shortened. */
    static String fitting(String text, double width, double characterWidth) {
        int most = Math.max(1, (int) (width / characterWidth));
        int length = text.codePointCount(0, text.length());
        return length <= most ? text : text.substring(0, text.offsetByCodePoints(0, most - 1)) + "…";
    }
}
