package io.sidetrack.common.log;

/**
 * Makes text from outside safe for a log or a terminal: secrets are masked, and characters that control a terminal, begin a line
 * or change the direction of text are escaped, such as {@code \n} and <code>\u001b</code>.
 */
public final class Printable {
    private Printable() {}

    /** The safe text, always a single line. */
    public static String text(String text) {
        return escaped(Secrets.mask(text), false);
    }

    /** The safe text, with its line feeds. */
    public static String lines(String text) {
        return escaped(Secrets.mask(text), true);
    }

    private static String escaped(String text, boolean keepLineFeeds) {
        int first = 0;
        while (first < text.length() && isHarmless(text.codePointAt(first), keepLineFeeds)) {
            first += Character.charCount(text.codePointAt(first));
        }
        if (first == text.length()) {
            return text;
        }
        StringBuilder clean = new StringBuilder(text.length() + 16).append(text, 0, first);
        for (int at = first; at < text.length(); at += Character.charCount(text.codePointAt(at))) {
            int c = text.codePointAt(at);
            if (isHarmless(c, keepLineFeeds)) {
                clean.appendCodePoint(c);
            } else {
                switch (c) {
                    case '\n' -> clean.append("\\n");
                    case '\r' -> clean.append("\\r");
                    case '\t' -> clean.append("\\t");
                    default -> {
                        for (char unit : Character.toChars(c)) {
                            clean.append("\\u%04x".formatted((int) unit));
                        }
                    }
                }
            }
        }
        return clean.toString();
    }

    private static boolean isHarmless(int c, boolean keepLineFeeds) {
        return c == '\n' ? keepLineFeeds : isPrintable(c);
    }

    /** True if a character has a place of its own in a line, and leaves the others where they are. */
    public static boolean isPrintable(int c) {
        return switch (Character.getType(c)) {
            // FORMAT contains the characters that change the direction of text, and those without width.
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.UNASSIGNED -> false;
            default -> true;
        };
    }
}
