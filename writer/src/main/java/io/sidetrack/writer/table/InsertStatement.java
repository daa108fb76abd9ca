package io.sidetrack.writer.table;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Optional;

/**
 * A PartiQL INSERT of one item, which DynamoDB refuses if the key exists. The item's JSON is split at its attributes: names
 * become part of the statement's text, and values, which are already DynamoDB's JSON, become its parameters. Immutable and
 * thread-safe.
 */
final class InsertStatement {
    /** The maximum length of a statement's text in characters (API reference, BatchStatementRequest). */
    private static final int MAX_LENGTH = 8192;

    private static final byte[] START = "{\"Statement\":\"INSERT INTO \\\"".getBytes(UTF_8);
    private static final byte[] VALUE = "\\\" VALUE {".getBytes(UTF_8);
    private static final byte[] PARAMETERS = "}\",\"Parameters\":[".getBytes(UTF_8);
    private static final byte[] END = "]}".getBytes(UTF_8);
    /** The length of an attribute in the text besides its name: quotes, a colon, a question mark, a comma. */
    private static final int ATTRIBUTE_LENGTH = 5;

    private final byte[] item;
    /** Four offsets for each attribute: the start and end of its name, and those of its value. */
    private final int[] offsets;

    private InsertStatement(byte[] item, int[] offsets) {
        this.item = item;
        this.offsets = offsets;
    }

    /**
     * The statement for an item.
     *
     * @param item an object in DynamoDB's JSON without white space, as the mapper produces it
     * @return empty if the text would be too long, or if a name would need escaping
     */
    static Optional<InsertStatement> of(byte[] item, String table) {
        int length = "INSERT INTO \"\" VALUE {}".length() + table.length();
        int[] offsets = new int[32];
        int count = 0;
        int at = 1;
        while (item[at] != '}') {
            if (item[at] == ',') {
                at++;
            }
            int nameStart = at + 1;
            int nameEnd = plainNameEnd(item, nameStart);
            if (nameEnd < 0) {
                return Optional.empty();
            }
            int valueStart = nameEnd + 2;
            at = valueEnd(item, valueStart);
            if (count == offsets.length) {
                offsets = Arrays.copyOf(offsets, count * 2);
            }
            offsets[count++] = nameStart;
            offsets[count++] = nameEnd;
            offsets[count++] = valueStart;
            offsets[count++] = at;
            length += nameEnd - nameStart + ATTRIBUTE_LENGTH;
        }
        return length > MAX_LENGTH
                ? Optional.empty()
                : Optional.of(new InsertStatement(item, Arrays.copyOf(offsets, count)));
    }

    /** The end of a name that needs no escaping in JSON or in PartiQL; -1 if it needs escaping. */
    private static int plainNameEnd(byte[] item, int start) {
        int at = start;
        while (item[at] != '"') {
            if (item[at] < ' ' || item[at] > '~' || item[at] == '\\' || item[at] == '\'') {
                return -1;
            }
            at++;
        }
        return at;
    }

    /** The end of an object. */
    private static int valueEnd(byte[] item, int start) {
        int depth = 0;
        boolean inText = false;
        int at = start;
        do {
            byte b = item[at++];
            if (inText) {
                if (b == '\\') {
                    at++;
                } else if (b == '"') {
                    inText = false;
                }
            } else if (b == '"') {
                inText = true;
            } else if (b == '{') {
                depth++;
            } else if (b == '}') {
                depth--;
            }
        } while (depth > 0);
        return at;
    }

    /** Appends the statement as an element of a BatchExecuteStatement call. */
    void appendTo(ByteArrayOutputStream out, byte[] table) {
        out.writeBytes(START);
        out.writeBytes(table);
        out.writeBytes(VALUE);
        for (int i = 0; i < offsets.length; i += 4) {
            if (i > 0) {
                out.write(',');
            }
            out.write('\'');
            out.write(item, offsets[i], offsets[i + 1] - offsets[i]);
            out.write('\'');
            out.write(':');
            out.write('?');
        }
        out.writeBytes(PARAMETERS);
        for (int i = 0; i < offsets.length; i += 4) {
            if (i > 0) {
                out.write(',');
            }
            out.write(item, offsets[i + 2], offsets[i + 3] - offsets[i + 2]);
        }
        out.writeBytes(END);
    }
}
