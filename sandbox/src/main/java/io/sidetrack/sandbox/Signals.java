package io.sidetrack.sandbox;

import java.io.IOException;

/** Signals to processes, on systems that have a {@code kill} command. */
final class Signals {
    private Signals() {}

    /** @param name such as {@code STOP} or {@code CONT} */
    static void send(long pid, String name) {
        try {
            new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start().waitFor();
        } catch (IOException e) {
            throw new SandboxException("no signal can be sent", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SandboxException("interrupted", e);
        }
    }
}
