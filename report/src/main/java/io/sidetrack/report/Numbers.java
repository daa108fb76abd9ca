package io.sidetrack.report;

import java.util.Locale;

/** Numbers as text: with thousands separators, and no more digits than a reader needs. */
public final class Numbers {
    private Numbers() {}

    /** A number with about three digits, such as {@code 12,346}, {@code 12.3}, {@code 0.0123}; {@code –} for NaN. */
    public static String text(double value) {
        if (Double.isNaN(value)) {
            return "–";
        }
        double size = Math.abs(value);
        // Sums of binary fractions: 0.30000000000000004 is 0.3.
        if (size >= 100 || Math.abs(value - Math.rint(value)) < 1e-9) {
            // Adding 0 turns -0 into 0.
            return String.format(Locale.ROOT, "%,.0f", Math.rint(value) + 0.0);
        }
        int digits = size >= 10 ? 1 : size >= 1 ? 2 : (int) Math.min(9, 2 - Math.floor(Math.log10(size)));
        String text = String.format(Locale.ROOT, "%." + digits + "f", value);
        return text.replaceFirst("\\.?0+$", "");
    }
}
