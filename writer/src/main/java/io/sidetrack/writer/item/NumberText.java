package io.sidetrack.writer.item;

import io.sidetrack.writer.model.ItemKey;
import io.sidetrack.writer.model.Reason;
import java.math.BigDecimal;

/**
 * A number as DynamoDB takes it: 38 significant digits, magnitude 1E-130 to 9.9…E+125. It stays decimal text from the
 * record to the request; a double would change the 17th digit without a word.
 *
 * @param text what is sent
 * @param significantDigits after leading and trailing zeros are gone; 1 for zero
 */
record NumberText(String text, int significantDigits) {
    private static final int MAX_DIGITS = 38;
    private static final int MIN_EXPONENT = -130;
    private static final int MAX_EXPONENT = 125;
    /** Every text of this length or less is an integer within all limits, if it has only digits and a sign. */
    static final int SHORT = 18;
    /**
     * Written out in full, a number within the limits has 300 characters at most, unless it is padded with zeros. To
     * take in a million digits only to refuse them would hold up the whole lane for seconds.
     */
    private static final int LONGEST = 1000;

    static NumberText of(String text, String what) throws RejectedException {
        if (text.length() <= SHORT && isPlainInteger(text)) {
            return new NumberText(text, text.length());
        }
        BigDecimal number = exact(text, what);
        // Trailing zeros do not count against the 38 digits, but a text that is longer than them is not risked.
        return new NumberText(text.length() <= MAX_DIGITS ? text : number.toString(), number.precision());
    }

    /** One text for all spellings of a number, for the identity of an item. */
    static String canonical(String text, String what) throws RejectedException {
        return ItemKey.canonical(exact(text, what));
    }

    private static BigDecimal exact(String text, String what) throws RejectedException {
        if (text.length() > LONGEST) {
            throw outOfRange(what);
        }
        BigDecimal number;
        try {
            number = new BigDecimal(text).stripTrailingZeros();
        } catch (NumberFormatException | ArithmeticException e) {
            throw outOfRange(what);
        }
        if (number.signum() == 0) {
            return BigDecimal.ZERO;
        }
        long exponent = (long) number.precision() - number.scale() - 1;
        if (number.precision() > MAX_DIGITS || exponent < MIN_EXPONENT || exponent > MAX_EXPONENT) {
            throw outOfRange(what);
        }
        return number;
    }

    private static RejectedException outOfRange(String what) {
        return new RejectedException(
                Reason.NUMBER_OUT_OF_RANGE,
                what + " is not a number of at most 38 digits between 1E-130 and 9.99E+125");
    }

    private static boolean isPlainInteger(String text) {
        int start = text.charAt(0) == '-' ? 1 : 0;
        for (int i = start; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return text.length() > start;
    }

    /** The size as DynamoDB counts it, near enough and never too high: a byte for two digits, and one more. */
    int bytes() {
        return bytes(significantDigits);
    }

    static int bytes(int significantDigits) {
        return (significantDigits + 1) / 2 + 1;
    }
}
