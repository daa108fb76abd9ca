package io.sidetrack.ops;

import java.util.concurrent.locks.LockSupport;

/** A request to stop a run before its end. Thread-safe. */
public final class StopRequest {
    private final Thread runner;
    private volatile boolean requested;

    /** @param runner the thread of the run, which may be waiting for its rate limit */
    public StopRequest(Thread runner) {
        this.runner = runner;
    }

    /** Requests the stop. */
    public void request() {
        requested = true;
        LockSupport.unpark(runner);
    }

    /** True if a stop is requested. */
    public boolean isRequested() {
        return requested;
    }
}
