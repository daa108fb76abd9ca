package io.sidetrack.adversarial;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Clients of a service's HTTP port that never finish what they have begun: requests without an end, and answers that nobody
 * reads. Not thread-safe.
 */
final class HalfOpenClients implements AutoCloseable {
    private static final List<String> BEGINNINGS = List.of(
            "GET /li",
            "GET /livez HTTP/1.1\r\nHost: localhost\r\nX-Slow: ",
            "POST /livez HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\nx",
            "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(50));
    private static final int CONNECT_MS = 500;

    private final int port;
    private final int count;
    private final Deque<SocketChannel> clients = new ArrayDeque<>();
    private long opened;

    HalfOpenClients(int port, int count) {
        this.port = port;
        this.count = count;
    }

    /** Opens those again that the service has closed, and replaces one that it has not. */
    void renew() {
        clients.removeIf(HalfOpenClients::isClosed);
        if (clients.size() == count && count > 0) {
            close(clients.remove());
        }
        while (clients.size() < count) {
            SocketChannel client = open(BEGINNINGS.get((int) (opened++ % BEGINNINGS.size())));
            if (client == null) {
                return;
            }
            clients.add(client);
        }
    }

    /** Null if the service does not accept another; that is its right. */
    private SocketChannel open(String beginning) {
        try {
            SocketChannel client = SocketChannel.open();
            try {
                client.setOption(StandardSocketOptions.SO_RCVBUF, 1024);
                client.socket().connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MS);
                client.configureBlocking(false);
                client.write(ByteBuffer.wrap(beginning.getBytes(US_ASCII)));
                return client;
            } catch (IOException e) {
                client.close();
                return null;
            }
        } catch (IOException e) {
            return null;
        }
    }

    private static boolean isClosed(SocketChannel client) {
        try {
            // Reads at most one byte: the slow reader stays one.
            if (client.read(ByteBuffer.allocate(1)) >= 0) {
                return false;
            }
        } catch (IOException e) {
            // Reset by the service.
        }
        close(client);
        return true;
    }

    private static void close(SocketChannel client) {
        try {
            client.close();
        } catch (IOException e) {
            // It was open for as long as it was needed.
        }
    }

    @Override
    public void close() {
        clients.forEach(HalfOpenClients::close);
        clients.clear();
    }
}
