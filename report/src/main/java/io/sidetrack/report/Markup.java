package io.sidetrack.report;

import io.sidetrack.common.log.Printable;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Builds markup that is well-formed as XML and valid as HTML. Text and attribute values are escaped, so that text from outside
 * cannot end an element or an attribute, and printable, so that it contains neither secrets nor characters that XML excludes or
 * that change the direction of text. Not thread-safe.
 */
final class Markup {
    private final StringBuilder out = new StringBuilder();
    private final Deque<String> open = new ArrayDeque<>();

    /** The document type of HTML, before everything else. */
    Markup doctype() {
        out.append("<!DOCTYPE html>\n");
        return this;
    }

    /**
     * Opens an element.
     *
     * @param attributes names and values in turn
     */
    Markup open(String element, String... attributes) {
        tag(element, attributes);
        out.append('>');
        open.push(element);
        return this;
    }

    /** Adds an element without content, which HTML must allow to be empty or which is part of an image. */
    Markup empty(String element, String... attributes) {
        tag(element, attributes);
        out.append("/>");
        return this;
    }

    /** Adds an element that contains only text. */
    Markup element(String element, String text, String... attributes) {
        return open(element, attributes).text(text).close();
    }

    /** Closes the element that was opened last. */
    Markup close() {
        out.append("</").append(open.pop()).append('>');
        return this;
    }

    /** Begins a new line. */
    Markup line() {
        out.append('\n');
        return this;
    }

    Markup text(String text) {
        out.append(escaped(text));
        return this;
    }

    /** Adds text as it is, which must be neither from outside nor contain markup. */
    Markup raw(String text) {
        out.append(text);
        return this;
    }

    private void tag(String element, String... attributes) {
        out.append('<').append(element);
        for (int i = 0; i < attributes.length; i += 2) {
            out.append(' ')
                    .append(attributes[i])
                    .append("=\"")
                    .append(escaped(attributes[i + 1]))
                    .append('"');
        }
    }

    private static String escaped(String text) {
        String printable = Printable.text(text);
        StringBuilder escaped = new StringBuilder(printable.length() + 16);
        printable.codePoints().forEach(c -> {
            switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                default -> escaped.appendCodePoint(c);
            }
        });
        return escaped.toString();
    }

    /** Everything so far, in which no element may be open. */
    @Override
    public String toString() {
        if (!open.isEmpty()) {
            throw new IllegalStateException(open + " still open");
        }
        return out.toString();
    }
}
