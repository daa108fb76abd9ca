package io.sidetrack.common.service;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.common.build.BuildInfo;
import io.sidetrack.common.settings.StartupException;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ServiceLaunchTest {
    private final PrintStream out = System.out;
    private final PrintStream err = System.err;
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final ByteArrayOutputStream errors = new ByteArrayOutputStream();

    private static int mustNotRun() {
        throw new AssertionError("the service runs");
    }

    @BeforeEach
    void capture() {
        System.setOut(new PrintStream(printed, true, UTF_8));
        System.setErr(new PrintStream(errors, true, UTF_8));
    }

    @AfterEach
    void restore() {
        System.setOut(out);
        System.setErr(err);
    }

    @Test
    void versionIsPrintedInsteadOfStartingTheService() {
        assertThat(ServiceLaunch.run("sidetrack-router", new String[] {"--version"}, ServiceLaunchTest::mustNotRun))
                .isZero();
        assertThat(printed.toString(UTF_8).strip()).isEqualTo("sidetrack-router " + BuildInfo.current());
    }

    @Test
    void anyOtherArgumentIsRefusedInOneLine() {
        assertThat(ServiceLaunch.run("sidetrack-router", new String[] {"--help"}, ServiceLaunchTest::mustNotRun))
                .isEqualTo(StartupException.EXIT_CODE);
        assertThat(errors.toString(UTF_8).strip())
                .startsWith("sidetrack-router: --help: ")
                .hasLineCount(1);
    }

    @Test
    void serviceWithoutArgumentsRunsAndItsExitCodeIsReturned() {
        assertThat(ServiceLaunch.run("sidetrack-router", new String[0], () -> 7))
                .isEqualTo(7);
    }
}
