package io.sidetrack.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports that no process is listening on. They are below the range that the operating system uses for outgoing connections
 * (from 32768 on Linux, 49152 elsewhere): otherwise, while a broker is down, a connection could occupy its port, or a client
 * that tries to reach it could connect to itself.
 */
public final class FreePort {
    private static final int FIRST = 12_000;
    private static final int LAST = 32_000;
    private static final int ATTEMPTS = 1_000;

    /** Ports that this JVM has returned; their callers may not be listening at the moment. */
    private static final Set<Integer> RETURNED = ConcurrentHashMap.newKeySet();

    private FreePort() {}

    /** A port that is free now, and that this JVM has not returned before. */
    public static int find() {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, LAST);
            if (isFree(port) && RETURNED.add(port)) {
                return port;
            }
        }
        throw new SandboxException("no free port found between " + FIRST + " and " + LAST);
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (BindException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
