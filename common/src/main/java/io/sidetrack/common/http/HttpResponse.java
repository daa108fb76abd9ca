package io.sidetrack.common.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;

/**
 * A response, after which the connection ends.
 *
 * @param status the status code, such as 200
 * @param type the content type
 * @param body the text, sent as UTF-8
 */
record HttpResponse(int status, String type, String body) {
    private static final String TEXT = "text/plain; charset=utf-8";

    static HttpResponse text(int status, String text) {
        return new HttpResponse(status, TEXT, text + "\n");
    }

    /** @param headOnly whether to omit the body, as for a {@code HEAD} request */
    ByteBuffer bytes(boolean headOnly) {
        byte[] content = body.getBytes(UTF_8);
        String allowed = status == 405 ? "Allow: GET, HEAD\r\n" : "";
        String text = "HTTP/1.1 %d %s\r\nContent-Type: %s\r\nContent-Length: %d\r\nConnection: close\r\n%s\r\n"
                .formatted(status, reason(), type, content.length, allowed);
        byte[] head = text.getBytes(US_ASCII);
        ByteBuffer bytes = ByteBuffer.allocate(head.length + (headOnly ? 0 : content.length));
        bytes.put(head);
        if (!headOnly) {
            bytes.put(content);
        }
        return bytes.flip();
    }

    private String reason() {
        return switch (status) {
            case 200 -> "OK";
            case 400 -> "Bad Request";
            case 404 -> "Not Found";
            case 405 -> "Method Not Allowed";
            case 431 -> "Request Header Fields Too Large";
            case 503 -> "Service Unavailable";
            default -> "Internal Server Error";
        };
    }
}
