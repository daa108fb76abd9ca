package io.sidetrack.sandbox;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * An HTTP/1.1 request or response with a content length or in chunks, as DynamoDB and its clients send them.
 *
 * @param start the request or status line
 * @param headers the header lines, unchanged and in order
 */
record HttpMessage(String start, List<String> headers, byte[] body) {

    /** Reads the next message of a connection; empty if the connection is closed. */
    static Optional<HttpMessage> read(InputStream in) throws IOException {
        String start = line(in);
        if (start == null) {
            return Optional.empty();
        }
        List<String> headers = new ArrayList<>();
        for (String line = line(in); line != null && !line.isEmpty(); line = line(in)) {
            headers.add(line);
        }
        HttpMessage head = new HttpMessage(start, List.copyOf(headers), new byte[0]);
        if (head.header("transfer-encoding").isPresent()) {
            return Optional.of(new HttpMessage(start, head.headers, chunks(in)));
        }
        int length = head.header("content-length").map(Integer::parseInt).orElse(0);
        return Optional.of(new HttpMessage(start, head.headers, exactly(in, length)));
    }

    private static byte[] chunks(InputStream in) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (true) {
            String size = line(in);
            if (size == null) {
                throw new EOFException("the connection was closed within a chunked message");
            }
            int length = Integer.parseInt(size.split(";", -1)[0].trim(), 16);
            body.write(exactly(in, length));
            line(in);
            if (length == 0) {
                return body.toByteArray();
            }
        }
    }

    private static byte[] exactly(InputStream in, int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("the connection was closed within a message");
        }
        return bytes;
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != -1; c = in.read()) {
            if (c == '\n') {
                return line.toString();
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return null;
    }

    /**
     * The value of the first header of a name.
     *
     * @param name in lower case; a header's own case does not matter
     */
    Optional<String> header(String name) {
        return headers.stream()
                .filter(header -> header.toLowerCase(Locale.ROOT).startsWith(name + ":"))
                .findFirst()
                .map(header -> header.substring(name.length() + 1).trim());
    }

    /** Writes the message, with the content length of the body. */
    void write(OutputStream out) throws IOException {
        StringBuilder head = new StringBuilder(start).append("\r\n");
        for (String header : headers) {
            String lower = header.toLowerCase(Locale.ROOT);
            if (!lower.startsWith("content-length:") && !lower.startsWith("transfer-encoding:")) {
                head.append(header).append("\r\n");
            }
        }
        head.append("Content-Length: ").append(body.length).append("\r\n\r\n");
        out.write(head.toString().getBytes(ISO_8859_1));
        out.write(body);
        out.flush();
    }

    HttpMessage withBody(byte[] other) {
        return new HttpMessage(start, headers, other);
    }
}
