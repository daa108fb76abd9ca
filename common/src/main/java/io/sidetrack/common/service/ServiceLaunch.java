package io.sidetrack.common.service;

import io.sidetrack.common.log.Printable;
import io.sidetrack.common.settings.StartupException;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The outermost frame of every service: turns a {@link StartupException} into one line and exit code 2. */
public final class ServiceLaunch {
    private static final Logger log = LoggerFactory.getLogger(ServiceLaunch.class);

    private ServiceLaunch() {}

    /**
     * Runs a service until it ends.
     *
     * @param name the beginning of the line about a start-up problem
     * @param service assembles the service, runs it and returns its exit code
     * @return the exit code of the process
     */
    public static int run(String name, IntSupplier service) {
        try {
            return service.getAsInt();
        } catch (StartupException e) {
            log.debug("start-up failed", e);
            System.err.println(name + ": " + Printable.text(e.getMessage()));
            return StartupException.EXIT_CODE;
        } catch (RuntimeException e) {
            log.error("stopped by an unexpected failure", e);
            return StreamsProcess.FAILED;
        }
    }
}
