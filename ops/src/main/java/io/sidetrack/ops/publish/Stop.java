package io.sidetrack.ops.publish;

import java.util.concurrent.locks.LockSupport;

/** Whether a run is to end before the end of its file. Thread-safe. */
final class Stop {
    private final Thread runner;
    private volatile boolean requested;

    /** @param runner the thread that publishes, which may be waiting for its rate */
    Stop(Thread runner) {
        this.runner = runner;
    }

    void request() {
        requested = true;
        LockSupport.unpark(runner);
    }

    boolean isRequested() {
        return requested;
    }
}
