package io.sidetrack.bench;

import io.sidetrack.bench.EndpointControl.Count;
import io.sidetrack.sandbox.SandboxException;
import io.sidetrack.sandbox.ServiceProcess;
import java.time.Duration;

/** A program under test, and the table that it writes to. */
record Trial(String label, ServiceProcess process, EndpointControl endpoint) {
    /**
     * Waits, and returns what is written by then.
     *
     * @throws SandboxException if the program ends
     */
    Count next(Duration wait) {
        if (process.waitFor(wait)) {
            throw failed("has ended");
        }
        return endpoint.count();
    }

    /** What to throw with the program's output. */
    SandboxException failed(String what) {
        return new SandboxException(label + " " + what + "; its output:\n" + process.output() + process.errors());
    }
}
