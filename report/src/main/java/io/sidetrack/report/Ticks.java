package io.sidetrack.report;

import java.util.ArrayList;
import java.util.List;

/** Round numbers for axes: 1, 2 or 5 times a power of ten. */
final class Ticks {
    private static final int[] MANTISSAS = {1, 2, 5};

    private Ticks() {}

    /** The least round number that is not below a positive value. */
    static double nice(double value) {
        double power = Math.pow(10, Math.floor(Math.log10(value)));
        for (int mantissa : MANTISSAS) {
            // Powers of ten below 1 are not exact.
            if (mantissa * power >= value * (1 - 1e-9)) {
                return mantissa * power;
            }
        }
        return 10 * power;
    }

    /** The greatest round number that is not above a positive value. */
    static double niceBelow(double value) {
        double power = Math.pow(10, Math.floor(Math.log10(value) + 1e-9));
        for (int i = MANTISSAS.length - 1; i > 0; i--) {
            if (MANTISSAS[i] * power <= value * (1 + 1e-9)) {
                return MANTISSAS[i] * power;
            }
        }
        return power;
    }

    /** From 0 to the first multiple of a round step that is not below a positive maximum; at most {@code most} steps. */
    static List<Double> linear(double max, int most) {
        double step = nice(max / most);
        List<Double> ticks = new ArrayList<>();
        for (int i = 0; i == 0 || ticks.get(i - 1) < max * (1 - 1e-9); i++) {
            ticks.add(i * step);
        }
        return ticks;
    }

    /** All 1-2-5 numbers from one round number to another. */
    static List<Double> all(double from, double to) {
        List<Double> ticks = new ArrayList<>();
        for (int exponent = (int) Math.floor(Math.log10(from) + 1e-9); ; exponent++) {
            for (int mantissa : MANTISSAS) {
                double tick = mantissa * Math.pow(10, exponent);
                if (tick > to * (1 + 1e-9)) {
                    return ticks;
                }
                if (tick >= from * (1 - 1e-9)) {
                    ticks.add(tick);
                }
            }
        }
    }

    /** Whether a round number is a power of ten. */
    static boolean isPower(double tick) {
        double exponent = Math.log10(tick);
        return Math.abs(exponent - Math.rint(exponent)) < 1e-9;
    }
}
