package io.sidetrack.writer.table;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.List;

/** Builds the body of a BatchExecuteStatement call. */
final class StatementBody {
    private static final byte[] START = "{\"Statements\":[".getBytes(US_ASCII);
    private static final byte[] END = "],\"ReturnConsumedCapacity\":\"TOTAL\"}".getBytes(US_ASCII);

    private StatementBody() {}

    static byte[] of(List<ItemStatement> statements) {
        int length = START.length + statements.size() - 1 + END.length;
        for (ItemStatement statement : statements) {
            length += statement.length();
        }
        byte[] body = new byte[length];
        System.arraycopy(START, 0, body, 0, START.length);
        int at = START.length;
        for (int i = 0; i < statements.size(); i++) {
            if (i > 0) {
                body[at++] = ',';
            }
            at = statements.get(i).writeTo(body, at);
        }
        System.arraycopy(END, 0, body, at, END.length);
        return body;
    }
}
