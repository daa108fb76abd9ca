package io.sidetrack.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports that no process is listening on. They are below the range that the operating system uses for outgoing connections
 * (from 32768 on Linux, 49152 elsewhere): otherwise, while a broker is down, a connection could occupy its port, or a client
 * that tries to reach it could connect to itself.
 *
 * <p>Between the return of a port and the moment when a process listens on it, only this class keeps it from being found
 * again, and several JVMs use this class at the same time. Each of them therefore has a block of ports of its own, which it
 * owns by listening on the block's first port until it ends.
 */
public final class FreePort {
    private static final int FIRST = 12_000;
    private static final int LAST = 32_000;
    private static final int BLOCK = 250;
    private static final int BLOCKS = (LAST - FIRST) / BLOCK;
    private static final int ATTEMPTS = 1_000;

    /** Guarded by this class, as all fields. The sockets that own this JVM's blocks; never closed. */
    private static final List<ServerSocket> OWNED = new ArrayList<>();

    /** The ports of the current block that have not been returned, in random order. */
    private static final Deque<Integer> REMAINING = new ArrayDeque<>();

    private FreePort() {}

    /** A port that is free now, and that no JVM has returned before unless it has ended. */
    public static synchronized int find() {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            if (REMAINING.isEmpty()) {
                takeBlock();
            }
            int port = REMAINING.remove();
            if (isFree(port)) {
                return port;
            }
        }
        throw noneFree();
    }

    private static void takeBlock() {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int first = FIRST + BLOCK * ThreadLocalRandom.current().nextInt(BLOCKS);
            Optional<ServerSocket> owner = listen(first);
            if (owner.isPresent()) {
                OWNED.add(owner.get());
                List<Integer> ports = new ArrayList<>();
                for (int port = first + 1; port < first + BLOCK; port++) {
                    ports.add(port);
                }
                Collections.shuffle(ports, ThreadLocalRandom.current());
                REMAINING.addAll(ports);
                return;
            }
        }
        throw noneFree();
    }

    private static boolean isFree(int port) {
        Optional<ServerSocket> socket = listen(port);
        try {
            if (socket.isPresent()) {
                socket.get().close();
            }
            return socket.isPresent();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Empty if the port is in use. */
    private static Optional<ServerSocket> listen(int port) {
        try {
            return Optional.of(new ServerSocket(port, 1, InetAddress.getLoopbackAddress()));
        } catch (BindException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static SandboxException noneFree() {
        return new SandboxException("no free port found between " + FIRST + " and " + LAST);
    }
}
