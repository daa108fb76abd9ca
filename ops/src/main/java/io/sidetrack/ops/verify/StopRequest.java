package io.sidetrack.ops.verify;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A request to stop a verification before its end. Thread-safe. */
final class StopRequest {
    private final CountDownLatch requested = new CountDownLatch(1);

    /** Ends a verification after a request to stop. Has no stack trace, because it is not a failure. */
    static final class StoppedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        StoppedException() {
            super("stopped", null, false, false);
        }
    }

    void request() {
        requested.countDown();
    }

    /** @throws StoppedException if a stop is requested */
    void check() {
        if (requested.getCount() == 0) {
            throw new StoppedException();
        }
    }

    /**
     * Waits.
     *
     * @throws StoppedException if a stop is requested meanwhile, or the thread is interrupted
     */
    void await(Duration time) {
        try {
            if (requested.await(time.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new StoppedException();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoppedException();
        }
    }
}
