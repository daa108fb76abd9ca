package io.sidetrack.writer.table;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sidetrack.mapping.item.ItemJson;
import java.io.ByteArrayOutputStream;
import java.util.Optional;

/**
 * A PartiQL INSERT of one item, which fails with {@code DuplicateItem} if the key exists. The names of the item's
 * attributes become part of the statement's text; the values, which are already DynamoDB's JSON, become its parameters.
 * Immutable.
 */
final class InsertStatement {
    /** Characters of a statement's text (API reference, BatchStatementRequest). */
    private static final int MAX_LENGTH = 8192;

    private static final byte[] START = "{\"Statement\":\"INSERT INTO \\\"".getBytes(UTF_8);
    private static final byte[] VALUE = "\\\" VALUE {".getBytes(UTF_8);
    private static final byte[] PARAMETERS = "}\",\"Parameters\":[".getBytes(UTF_8);
    private static final byte[] END = "]}".getBytes(UTF_8);
    /** Characters of the text for each attribute besides its name: quotes, a colon, a question mark, a comma. */
    private static final int ATTRIBUTE_LENGTH = 5;

    private final byte[] item;
    private final ItemJson.Spans spans;

    private InsertStatement(byte[] item, ItemJson.Spans spans) {
        this.item = item;
        this.spans = spans;
    }

    /**
     * Returns the statement for an item.
     *
     * @param item an item in the layout that {@link ItemJson} describes
     * @return empty if the text would be too long, or a name would need escaping
     */
    static Optional<InsertStatement> of(byte[] item, String table) {
        ItemJson.Spans spans = ItemJson.spans(item);
        int length = "INSERT INTO \"\" VALUE {}".length() + table.length();
        for (int i = 0; i < spans.count(); i++) {
            if (needsEscaping(item, spans.nameStart(i), spans.nameEnd(i))) {
                return Optional.empty();
            }
            length += spans.nameEnd(i) - spans.nameStart(i) + ATTRIBUTE_LENGTH;
        }
        return length > MAX_LENGTH ? Optional.empty() : Optional.of(new InsertStatement(item, spans));
    }

    /** Whether a name means something else in a PartiQL text than in JSON. */
    private static boolean needsEscaping(byte[] item, int start, int end) {
        for (int at = start; at < end; at++) {
            byte b = item[at];
            if (b < ' ' || b > '~' || b == '\\' || b == '\'') {
                return true;
            }
        }
        return false;
    }

    /** Appends the statement as an element of a BatchExecuteStatement call. */
    void appendTo(ByteArrayOutputStream out, byte[] table) {
        out.writeBytes(START);
        out.writeBytes(table);
        out.writeBytes(VALUE);
        for (int i = 0; i < spans.count(); i++) {
            if (i > 0) {
                out.write(',');
            }
            out.write('\'');
            out.write(item, spans.nameStart(i), spans.nameEnd(i) - spans.nameStart(i));
            out.write('\'');
            out.write(':');
            out.write('?');
        }
        out.writeBytes(PARAMETERS);
        for (int i = 0; i < spans.count(); i++) {
            if (i > 0) {
                out.write(',');
            }
            out.write(item, spans.valueStart(i), spans.valueEnd(i) - spans.valueStart(i));
        }
        out.writeBytes(END);
    }
}
