package io.sidetrack.bench;

import io.sidetrack.bench.EndpointControl.Count;
import io.sidetrack.sandbox.SandboxException;
import io.sidetrack.sandbox.ServiceProcess;
import java.time.Duration;

/** A program under test, and the endpoint that it writes to. */
record Trial(String label, ServiceProcess process, EndpointControl endpoint) {
    /**
     * Waits for some time, and returns the writes so far.
     *
     * @throws SandboxException if the program exits
     */
    Count next(Duration wait) {
        if (process.waitFor(wait)) {
            throw failed("exited");
        }
        return endpoint.count();
    }

    /** An exception with the program's output. */
    SandboxException failed(String what) {
        return new SandboxException(label + " " + what + "; its output:\n" + process.output() + process.errors());
    }
}
