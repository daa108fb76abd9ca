package io.sidetrack.common.service;

import io.sidetrack.common.log.Printable;
import io.sidetrack.common.settings.StartupException;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The outermost frame of every {@code main}: turns a {@link StartupException} into one line and exit code 2. */
public final class ServiceLaunch {
    private static final Logger log = LoggerFactory.getLogger(ServiceLaunch.class);

    private ServiceLaunch() {}

    /**
     * Runs a service until it ends.
     *
     * @param name what the line of a start-up problem begins with
     * @param service wires the service, runs it and returns its exit code
     * @return the exit code for the process
     */
    public static int run(String name, IntSupplier service) {
        try {
            return service.getAsInt();
        } catch (StartupException e) {
            log.debug("start-up refused", e);
            System.err.println(name + ": " + Printable.text(e.getMessage()));
            return StartupException.EXIT_CODE;
        } catch (RuntimeException e) {
            log.error("stopped by a failure that nothing below expected", e);
            return StreamsProcess.FAILED;
        }
    }
}
