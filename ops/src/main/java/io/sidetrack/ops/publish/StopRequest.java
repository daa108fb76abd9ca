package io.sidetrack.ops.publish;

import java.util.concurrent.locks.LockSupport;

/** A request to stop a run before the end of its file. Thread-safe. */
final class StopRequest {
    private final Thread runner;
    private volatile boolean requested;

    /** @param runner the publishing thread, which may be waiting for its rate limit */
    StopRequest(Thread runner) {
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
