package io.sidetrack.writer.table;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Optional;

/**
 * A PartiQL INSERT of one item, which DynamoDB refuses if the key exists. The item's JSON is cut at its attributes: names go
 * into the statement's text, values, which are DynamoDB's JSON already, become its parameters. Immutable, and so safe for
 * any thread.
 */
final class InsertStatement {
    /** Characters of a statement's text (API reference, BatchStatementRequest). */
    private static final int MAX_LENGTH = 8192;

    private static final byte[] START = "{\"Statement\":\"INSERT INTO \\\"".getBytes(UTF_8);
    private static final byte[] VALUE = "\\\" VALUE {".getBytes(UTF_8);
    private static final byte[] PARAMETERS = "}\",\"Parameters\":[".getBytes(UTF_8);
    private static final byte[] END = "]}".getBytes(UTF_8);
    /** What an attribute costs in the text besides its name: quotes, a colon, a question mark, a comma. */
    private static final int ATTRIBUTE_LENGTH = 5;

    private final byte[] item;
    /** Four for each attribute: where its name begins and ends, and where its value does. */
    private final int[] spans;

    private InsertStatement(byte[] item, int[] spans) {
        this.item = item;
        this.spans = spans;
    }

    /**
     * The statement for an item.
     *
     * @param item an object in DynamoDB's JSON without white space, as the mapper makes them
     * @return empty if the text would be too long, or a name would need escaping
     */
    static Optional<InsertStatement> of(byte[] item, String table) {
        int length = "INSERT INTO \"\" VALUE {}".length() + table.length();
        int[] spans = new int[32];
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
            if (count == spans.length) {
                spans = Arrays.copyOf(spans, count * 2);
            }
            spans[count++] = nameStart;
            spans[count++] = nameEnd;
            spans[count++] = valueStart;
            spans[count++] = at;
            length += nameEnd - nameStart + ATTRIBUTE_LENGTH;
        }
        return length > MAX_LENGTH
                ? Optional.empty()
                : Optional.of(new InsertStatement(item, Arrays.copyOf(spans, count)));
    }

    /** Where a name ends that means the same in JSON and in PartiQL; -1 if it is none. */
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

    /** Where an object ends. */
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
        for (int i = 0; i < spans.length; i += 4) {
            if (i > 0) {
                out.write(',');
            }
            out.write('\'');
            out.write(item, spans[i], spans[i + 1] - spans[i]);
            out.write('\'');
            out.write(':');
            out.write('?');
        }
        out.writeBytes(PARAMETERS);
        for (int i = 0; i < spans.length; i += 4) {
            if (i > 0) {
                out.write(',');
            }
            out.write(item, spans[i + 2], spans[i + 3] - spans[i + 2]);
        }
        out.writeBytes(END);
    }
}
