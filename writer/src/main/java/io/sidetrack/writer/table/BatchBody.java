package io.sidetrack.writer.table;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.sidetrack.mapping.model.Write;
import io.sidetrack.writer.buffer.Batch;

/**
 * Builds the body of a BatchWriteItem call. The items are already JSON, so the body consists of their bytes with a frame
 * around them. The SDK would parse each item into a tree of objects and serialise it again.
 */
final class BatchBody {
    private static final byte[] PUT = "{\"PutRequest\":{\"Item\":".getBytes(US_ASCII);
    private static final byte[] DELETE = "{\"DeleteRequest\":{\"Key\":".getBytes(US_ASCII);
    private static final byte[] END_OF_REQUEST = "}}".getBytes(US_ASCII);
    private static final byte[] END = "]},\"ReturnConsumedCapacity\":\"TOTAL\"}".getBytes(US_ASCII);

    private final byte[] start;

    /** @param table the name (letters, digits, '_', '-' and '.', which need no escaping) or the ARN of the table */
    BatchBody(String table) {
        this.start = ("{\"RequestItems\":{\"" + table + "\":[").getBytes(UTF_8);
    }

    byte[] of(Batch batch) {
        int length = start.length + END.length + batch.writes().size() - 1;
        for (Write write : batch.writes()) {
            length += frame(write).length + write.json().length + END_OF_REQUEST.length;
        }
        byte[] body = new byte[length];
        int at = append(body, 0, start);
        boolean first = true;
        for (Write write : batch.writes()) {
            if (!first) {
                body[at++] = ',';
            }
            first = false;
            at = append(body, at, frame(write));
            at = append(body, at, write.json());
            at = append(body, at, END_OF_REQUEST);
        }
        append(body, at, END);
        return body;
    }

    private static byte[] frame(Write write) {
        return write.kind() == Write.Kind.PUT ? PUT : DELETE;
    }

    private static int append(byte[] body, int at, byte[] part) {
        System.arraycopy(part, 0, body, at, part.length);
        return at + part.length;
    }
}
