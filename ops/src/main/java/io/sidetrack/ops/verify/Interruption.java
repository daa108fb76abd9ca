package io.sidetrack.ops.verify;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets a verification that is interrupted by Ctrl-C or SIGTERM print what it has checked so far. The process ends when the report
 * is printed and temporary files are deleted, or after {@value #TIMEOUT_S} s, with exit code 2.
 */
final class Interruption {
    private static final long TIMEOUT_S = 20;

    private final StopRequest stop;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread hook = new Thread(this::interrupted, "interrupted");

    private Interruption(StopRequest stop) {
        this.stop = stop;
    }

    /** Registers a verification for signals. */
    static Interruption watch(StopRequest stop) {
        Interruption interruption = new Interruption(stop);
        Runtime.getRuntime().addShutdownHook(interruption.hook);
        return interruption;
    }

    private void interrupted() {
        stop.request();
        try {
            if (!ended.await(TIMEOUT_S, TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(2);
    }

    /** Called when everything is printed. Returns if the process was not interrupted; otherwise, the process ends. */
    void ended() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            ended.countDown();
            try {
                hook.join();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
