package io.sidetrack.common.service;

import io.sidetrack.common.build.BuildInfo;
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
     * Runs a service until it ends, or prints its version if the only argument is {@code --version}.
     *
     * @param name the beginning of the line about a start-up problem
     * @param args the arguments of {@code main}; a service takes its settings from the environment
     * @param service assembles the service, runs it and returns its exit code
     * @return the exit code of the process
     */
    public static int run(String name, String[] args, IntSupplier service) {
        if (args.length == 1 && args[0].equals("--version")) {
            System.out.println(name + " " + BuildInfo.current());
            return 0;
        }
        try {
            if (args.length > 0) {
                throw new StartupException(
                        args[0],
                        "the only argument of a service is --version",
                        "Settings are environment variables; see docs/settings.md.");
            }
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
