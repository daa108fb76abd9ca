package io.sidetrack.adversarial;

import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.sandbox.Jars;
import io.sidetrack.sandbox.ServiceProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Runs {@code sidetrack} commands as processes, and interrupts them. Not thread-safe. */
final class Commands {
    private static final Duration LIMIT = Duration.ofMinutes(3);
    /** A command needs this long at most, with an idle machine; most interruptions come before its end. */
    private static final int INTERRUPTED_WITHIN_MS = 2_500;
    /** Of an interrupted process: its own, or those of SIGTERM and SIGKILL. */
    private static final List<Integer> INTERRUPTED = List.of(0, 1, 143, 137);

    private final String bootstrapServers;
    private final Path folder;
    private int started;
    private int interrupted;

    /** How a command has ended, and what it has printed. */
    record Ended(int code, String output, String errors) {}

    Commands(String bootstrapServers, Path folder) {
        this.bootstrapServers = bootstrapServers;
        this.folder = folder;
    }

    /** Starts a command, and does not wait. */
    ServiceProcess start(List<String> arguments) {
        started++;
        List<String> java = new ArrayList<>(
                List.of("-Xmx256m", "-jar", Jars.ofThisCheckout().ops().toString()));
        java.addAll(arguments);
        return ServiceProcess.java(
                "sidetrack",
                java,
                Map.of("KAFKA_BOOTSTRAP_SERVERS", bootstrapServers),
                folder.resolve("command-" + started + ".out"),
                folder.resolve("command-" + started + ".err"));
    }

    /** Runs a command to its end, which must have one of these exit codes; it may print no control character. */
    String run(List<Integer> codes, String... arguments) {
        try (ServiceProcess process = start(List.of(arguments))) {
            return ended(process, codes, List.of(arguments)).output();
        }
    }

    /** Waits for a command that was started. */
    static Ended ended(ServiceProcess process, List<Integer> codes, List<String> arguments) {
        int code = process.exitCode(LIMIT);
        Ended ended = new Ended(code, process.output(), process.errors());
        assertThat(codes)
                .as(() -> String.join(" ", arguments) + "\n" + ended.output() + ended.errors())
                .contains(code);
        assertThat(ControlBytes.in(ended.output() + ended.errors())).isEmpty();
        return ended;
    }

    /** Runs a command, and sends SIGTERM or SIGKILL at some time, unless it has ended. */
    Ended interrupt(Random random, List<String> arguments) {
        try (ServiceProcess process = start(arguments)) {
            interrupt(random, process);
            return ended(process, INTERRUPTED, arguments);
        }
    }

    /** Runs a command twice at once, and interrupts one of them; the other must end with one of these exit codes. */
    void twice(Random random, List<Integer> codes, List<String> arguments) {
        try (ServiceProcess first = start(arguments);
                ServiceProcess second = start(arguments)) {
            interrupt(random, first);
            ended(first, INTERRUPTED, arguments);
            ended(second, codes, arguments);
        }
    }

    private void interrupt(Random random, ServiceProcess process) {
        boolean kill = random.nextBoolean();
        if (process.waitFor(Duration.ofMillis(random.nextInt(INTERRUPTED_WITHIN_MS)))) {
            return;
        }
        interrupted++;
        if (kill) {
            process.kill();
        } else {
            process.terminate();
        }
    }

    /** How many were interrupted before their end. */
    int interrupted() {
        return interrupted;
    }

    /** How many were started. */
    int started() {
        return started;
    }
}
