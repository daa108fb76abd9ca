package io.sidetrack.sandbox;

import java.io.IOException;

/** Sends signals to processes, on systems that have a {@code kill} command. */
final class Signals {
    private Signals() {}

    /** @param name the signal's name, such as {@code STOP} or {@code CONT} */
    static void send(long pid, String name) {
        try {
            new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start().waitFor();
        } catch (IOException e) {
            throw new SandboxException("the kill command cannot be run", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SandboxException("interrupted", e);
        }
    }
}
