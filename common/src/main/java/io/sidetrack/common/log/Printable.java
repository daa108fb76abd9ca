package io.sidetrack.common.log;

/**
 * Text from outside, made fit for a log or a terminal: secrets are masked, and characters that steer a terminal, begin a
 * line or change the order of the text are shown as escapes, such as {@code \n} and <code>\u001b</code>.
 */
public final class Printable {
    private Printable() {}

    /** One line, whatever the text is. */
    public static String text(String text) {
        return escaped(Secrets.mask(text), false);
    }

    /** As {@link #text}, but with the line feeds of the text. */
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
        if (c == '\n') {
            return keepLineFeeds;
        }
        return switch (Character.getType(c)) {
            // FORMAT has what changes the direction of text, and what has no width.
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
