package io.sidetrack.mapping.item;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;
import java.util.List;

/**
 * The layout of an item in DynamoDB's JSON: what every encoder writes, and what code that extends or takes apart an item
 * relies on.
 *
 * <pre>
 *   {"id":{"S":"a"},"n":{"N":"1"}}
 * </pre>
 *
 * An item is one object without white space. It has at least one attribute, because it has a key. Each value is an object
 * with one field, whose name is the value's type.
 */
public final class ItemJson {
    static final byte[] STRING = ascii("{\"S\":\"");
    static final byte[] NUMBER = ascii("{\"N\":\"");
    static final byte[] END_OF_SCALAR = ascii("\"}");
    static final byte[] TRUE = ascii("{\"BOOL\":true}");
    static final byte[] FALSE = ascii("{\"BOOL\":false}");
    static final byte[] NULL = ascii("{\"NULL\":true}");
    static final byte[] MAP = ascii("{\"M\":");
    static final byte[] LIST = ascii("{\"L\":[");
    static final byte[] END_OF_LIST = ascii("]}");

    private ItemJson() {}

    /**
     * An attribute to append to an item.
     *
     * @param name of ASCII characters that need no escaping
     * @param value the value's own JSON, such as {@code {"N":"1"}}, in ASCII
     * @param bytes the size of the attribute as DynamoDB counts it, at most
     */
    record Attribute(String name, String value, int bytes) {
        static Attribute number(String name, String number) {
            return new Attribute(name, "{\"N\":\"" + number + "\"}", name.length() + NumberText.bytes(number.length()));
        }

        /** @param text needs no escaping */
        static Attribute string(String name, String text) {
            return new Attribute(name, "{\"S\":\"" + text + "\"}", name.length() + text.length());
        }

        static Attribute ofTrue(String name) {
            return new Attribute(name, "{\"BOOL\":true}", name.length() + 1);
        }

        /** The length of the comma, the quoted name, the colon and the value. */
        private int length() {
            return name.length() + value.length() + 4;
        }
    }

    /** Returns the item, or the key, with these attributes after its own. */
    static byte[] with(byte[] item, List<Attribute> added) {
        int length = item.length;
        for (Attribute attribute : added) {
            length += attribute.length();
        }
        byte[] all = Arrays.copyOf(item, length);
        int at = item.length - 1;
        for (Attribute attribute : added) {
            all[at++] = ',';
            all[at++] = '"';
            at = append(all, at, attribute.name);
            all[at++] = '"';
            all[at++] = ':';
            at = append(all, at, attribute.value);
        }
        all[at] = '}';
        return all;
    }

    private static int append(byte[] to, int at, String ascii) {
        for (int i = 0; i < ascii.length(); i++) {
            to[at + i] = (byte) ascii.charAt(i);
        }
        return at + ascii.length();
    }

    /** Finds the attributes of an item. Reads each byte once, and copies none. */
    public static Spans spans(byte[] item) {
        int[] bounds = new int[64];
        int count = 0;
        int at = 0;
        // Each attribute follows the opening brace or a comma.
        do {
            if (count == bounds.length) {
                bounds = Arrays.copyOf(bounds, 2 * count);
            }
            int nameEnd = endOfText(item, at + 1);
            int valueStart = nameEnd + 1;
            int valueEnd = endOfObject(item, valueStart);
            bounds[count++] = at + 2;
            bounds[count++] = nameEnd - 1;
            bounds[count++] = valueStart;
            bounds[count++] = valueEnd;
            at = valueEnd;
        } while (item[at] == ',');
        return new Spans(bounds, count / 4);
    }

    /** Where the text that starts with a quote at this index ends, its closing quote included. */
    private static int endOfText(byte[] json, int start) {
        int at = start + 1;
        while (json[at] != '"') {
            at += json[at] == '\\' ? 2 : 1;
        }
        return at + 1;
    }

    private static int endOfObject(byte[] json, int start) {
        int depth = 0;
        int at = start;
        do {
            switch (json[at]) {
                case '"' -> at = endOfText(json, at);
                case '{' -> {
                    depth++;
                    at++;
                }
                case '}' -> {
                    depth--;
                    at++;
                }
                default -> at++;
            }
        } while (depth > 0);
        return at;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(US_ASCII);
    }

    /** Where the attributes of an item are in its bytes, in their order. Starts are inclusive, ends exclusive. */
    public static final class Spans {
        private final int[] bounds;
        private final int count;

        /** @param bounds four for each attribute: where its name starts and ends, and where its value does */
        private Spans(int[] bounds, int count) {
            this.bounds = bounds;
            this.count = count;
        }

        /** How many attributes the item has. */
        public int count() {
            return count;
        }

        /** Where a name starts, after its opening quote. */
        public int nameStart(int attribute) {
            return bounds[4 * attribute];
        }

        /** Where a name ends, before its closing quote. */
        public int nameEnd(int attribute) {
            return bounds[4 * attribute + 1];
        }

        /** Where a value starts, at its opening brace. */
        public int valueStart(int attribute) {
            return bounds[4 * attribute + 2];
        }

        /** Where a value ends, after its closing brace. */
        public int valueEnd(int attribute) {
            return bounds[4 * attribute + 3];
        }
    }
}
