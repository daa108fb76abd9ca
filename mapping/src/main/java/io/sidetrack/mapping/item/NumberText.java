package io.sidetrack.mapping.item;

import io.sidetrack.mapping.model.ItemKey;
import io.sidetrack.mapping.model.Reason;
import java.math.BigDecimal;

/**
 * A number that DynamoDB accepts: at most 38 significant digits, and a magnitude of 1E-130 to 9.9…E+125. It remains
 * decimal text from the record to the request; a double would silently change the 17th digit.
 *
 * @param text the number in the request
 * @param significantDigits the number of digits without leading and trailing zeros; 1 for zero
 */
record NumberText(String text, int significantDigits) {
    private static final int MAX_DIGITS = 38;
    private static final int MIN_EXPONENT = -130;
    private static final int MAX_EXPONENT = 125;
    /** A text of at most this length that has only digits and a sign is an integer within all limits. */
    static final int SHORT_LENGTH = 18;
    /**
     * Longer texts are rejected unread. Written out in full, a number within the limits has at most 300 characters, unless
     * it is padded with zeros. Parsing a million digits would block the whole lane for seconds.
     */
    private static final int MAX_LENGTH = 1000;

    static NumberText of(String text, String what) throws RejectedException {
        if (text.length() <= SHORT_LENGTH && isPlainInteger(text)) {
            return new NumberText(text, text.length());
        }
        BigDecimal number = exact(text, what);
        // Trailing zeros do not count towards the 38 digits. A longer text is shortened, to be on the safe side.
        return new NumberText(text.length() <= MAX_DIGITS ? text : number.toString(), number.precision());
    }

    /** Returns one text for all spellings of a number, which identifies an item. */
    static String canonical(String text, String what) throws RejectedException {
        return ItemKey.canonical(exact(text, what));
    }

    private static BigDecimal exact(String text, String what) throws RejectedException {
        if (text.length() > MAX_LENGTH) {
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

    /** Returns the size as DynamoDB counts it, approximately and never too high: a byte per two digits, and one more. */
    int bytes() {
        return bytes(significantDigits);
    }

    static int bytes(int significantDigits) {
        return (significantDigits + 1) / 2 + 1;
    }
}
