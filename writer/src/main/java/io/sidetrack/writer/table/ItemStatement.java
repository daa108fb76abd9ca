package io.sidetrack.writer.table;

import io.sidetrack.mapping.item.ItemJson;

/**
 * A PartiQL statement that writes one item. Its text comes from the item's {@link Shape}; its parameters are values of the
 * item, which are already DynamoDB's JSON and are copied as they are. Immutable.
 *
 * @param head the statement's JSON up to the first parameter
 * @param order the attributes whose values are the parameters, by their position in the item
 * @param more further parameters, each after a comma
 * @param end the statement's JSON after the last parameter
 */
record ItemStatement(byte[] head, byte[] item, ItemJson.Spans spans, int[] order, byte[] more, byte[] end) {
    /** The length of the statement's JSON, in bytes. */
    int length() {
        int length = head.length + order.length - 1 + more.length + end.length;
        for (int attribute : order) {
            length += spans.valueEnd(attribute) - spans.valueStart(attribute);
        }
        return length;
    }

    /** Writes the statement as an element of a BatchExecuteStatement call. @return where it ends */
    int writeTo(byte[] body, int start) {
        int at = copy(head, body, start);
        for (int i = 0; i < order.length; i++) {
            if (i > 0) {
                body[at++] = ',';
            }
            int from = spans.valueStart(order[i]);
            int length = spans.valueEnd(order[i]) - from;
            System.arraycopy(item, from, body, at, length);
            at += length;
        }
        return copy(end, body, copy(more, body, at));
    }

    private static int copy(byte[] part, byte[] body, int at) {
        System.arraycopy(part, 0, body, at, part.length);
        return at + part.length;
    }
}
