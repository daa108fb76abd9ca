package io.sidetrack.bench.endpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.Optional;

/** A client's connection. The client sends its next request only after the response to the previous one. */
final class Connection {
    private final SocketChannel channel;
    private final SelectionKey selection;
    private byte[] bytes = new byte[16 * 1024];
    private ByteBuffer in = ByteBuffer.wrap(bytes);
    private ByteBuffer out = ByteBuffer.allocate(0);

    Connection(SocketChannel channel, SelectionKey selection) {
        this.channel = channel;
        this.selection = selection;
    }

    /** Reads the available bytes; returns a request when it is complete. */
    Optional<Request> read() throws IOException {
        while (true) {
            int read = channel.read(in);
            if (read < 0) {
                close();
                return Optional.empty();
            }
            if (in.hasRemaining()) {
                break;
            }
            bytes = Arrays.copyOf(bytes, bytes.length * 2);
            in = ByteBuffer.wrap(bytes).position(in.position());
        }
        Optional<Request> request = Request.parse(bytes, in.position());
        if (request.isPresent()) {
            in.clear();
        }
        return request;
    }

    void respond(byte[] response) throws IOException {
        out = ByteBuffer.wrap(response);
        flush();
    }

    /** Writes as much as the socket accepts. The rest follows when it is writable again. */
    void flush() throws IOException {
        channel.write(out);
        selection.interestOps(out.hasRemaining() ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ);
    }

    void close() throws IOException {
        selection.cancel();
        channel.close();
    }
}
