package io.sidetrack.bench.endpoint;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Locale;
import java.util.Optional;

/**
 * An HTTP/1.1 request with a content length.
 *
 * @param path the path of the request line
 * @param operation the DynamoDB operation, such as {@code BatchWriteItem}; empty for the bench's own requests
 * @param bytes the connection's buffer, which is valid only until the next read
 * @param bodyAt the position of the body in the buffer
 * @param end the end of the body in the buffer
 */
record Request(String path, String operation, byte[] bytes, int bodyAt, int end) {
    private static final byte[] END_OF_HEAD = "\r\n\r\n".getBytes(ISO_8859_1);

    /** Parses the request at the beginning of a buffer; empty if it is incomplete. */
    static Optional<Request> parse(byte[] bytes, int length) {
        int headEnd = Bytes.find(bytes, 0, length, END_OF_HEAD);
        if (headEnd < 0) {
            return Optional.empty();
        }
        String head = new String(bytes, 0, headEnd, ISO_8859_1);
        String lower = head.toLowerCase(Locale.ROOT);
        int bodyAt = headEnd + END_OF_HEAD.length;
        String bodyLength = header(head, lower, "content-length");
        int end = bodyAt + (bodyLength.isEmpty() ? 0 : Integer.parseInt(bodyLength));
        if (length < end) {
            return Optional.empty();
        }
        String target = header(head, lower, "x-amz-target");
        return Optional.of(
                new Request(head.split(" ", 3)[1], target.substring(target.lastIndexOf('.') + 1), bytes, bodyAt, end));
    }

    private static String header(String head, String lower, String name) {
        int at = lower.indexOf("\r\n" + name + ":");
        if (at < 0) {
            return "";
        }
        int start = at + name.length() + 3;
        int end = head.indexOf("\r\n", start);
        return head.substring(start, end < 0 ? head.length() : end).trim();
    }
}
