package io.sidetrack.common.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Optional;

/**
 * A connection with one request and one response. Never blocks. Used by the listener's thread, except for {@link #isClosed()}.
 *
 * <pre>
 *   READING ──── request complete ───▶ RESPONDING ──── response ready ───▶ WRITING ──── all sent ───▶ ENDING
 *   until the request limit            └─────── until the response limit, together ───────┘          until LINGER
 *
 *   from each state to CLOSED: by the client, at the time limit, as the oldest of too many connections, or at shutdown
 * </pre>
 *
 * Before it closes, it waits for the client to do so: a connection that is closed with unread bytes is reset, and a reset can
 * overtake the response.
 */
final class HttpConnection {
    static final int MOST_REQUEST_BYTES = 8192;
    private static final Duration LINGER = Duration.ofSeconds(1);

    private enum State {
        READING,
        RESPONDING,
        WRITING,
        ENDING
    }

    private final SocketChannel channel;
    private final HttpLimits limits;
    private final ByteBuffer in = ByteBuffer.allocate(MOST_REQUEST_BYTES);
    private SelectionKey key;
    private State state = State.READING;
    private long deadlineNanos;
    private boolean headOnly;
    /** Not null in state WRITING. */
    private ByteBuffer out;

    private volatile boolean closed;

    HttpConnection(SocketChannel channel, HttpLimits limits, long nowNanos) {
        this.channel = channel;
        this.limits = limits;
        this.deadlineNanos = nowNanos + limits.request().toNanos();
    }

    void register(Selector selector) throws IOException {
        channel.configureBlocking(false);
        key = channel.register(selector, SelectionKey.OP_READ, this);
    }

    boolean isReading() {
        return state == State.READING;
    }

    boolean isOverdue(long nowNanos) {
        return nowNanos - deadlineNanos >= 0;
    }

    /** Can be called by any thread. */
    boolean isClosed() {
        return closed;
    }

    /**
     * Reads the bytes that have arrived.
     *
     * @return the text before the empty line, or all of a request that is too long; empty if the request is incomplete
     */
    Optional<String> read() throws IOException {
        int before = in.position();
        int count = channel.read(in);
        if (count < 0) {
            close();
            return Optional.empty();
        }
        for (int i = before; i < in.position(); i++) {
            if (in.get(i) == '\n' && (isNewline(i - 1) || (i > 1 && in.get(i - 1) == '\r' && isNewline(i - 2)))) {
                return Optional.of(new String(in.array(), 0, i, ISO_8859_1));
            }
        }
        return in.hasRemaining() ? Optional.empty() : Optional.of(new String(in.array(), ISO_8859_1));
    }

    private boolean isNewline(int at) {
        return at >= 0 && in.get(at) == '\n';
    }

    boolean isTooLong() {
        return !in.hasRemaining();
    }

    /** Marks the request as complete; its response follows. */
    void requestComplete(boolean withoutBody, long nowNanos) {
        headOnly = withoutBody;
        state = State.RESPONDING;
        deadlineNanos = nowNanos + limits.response().toNanos();
        key.interestOps(0);
    }

    /** Begins to send the response. */
    void respond(HttpResponse response, long nowNanos) throws IOException {
        out = response.bytes(headOnly);
        state = State.WRITING;
        write(nowNanos);
    }

    /** Sends as many bytes as the client accepts. */
    void write(long nowNanos) throws IOException {
        channel.write(out);
        if (out.hasRemaining()) {
            key.interestOps(SelectionKey.OP_WRITE);
            return;
        }
        channel.shutdownOutput();
        state = State.ENDING;
        out = null;
        deadlineNanos = nowNanos + LINGER.toNanos();
        key.interestOps(SelectionKey.OP_READ);
    }

    /** Discards what the client sends after its request, until the client ends the connection. */
    void discard() throws IOException {
        in.clear();
        if (channel.read(in) < 0) {
            close();
        }
    }

    void close() {
        closed = true;
        try {
            channel.close();
        } catch (IOException e) {
            // The connection has ended either way.
        }
    }
}
