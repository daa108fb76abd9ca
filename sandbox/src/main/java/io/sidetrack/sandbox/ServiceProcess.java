package io.sidetrack.sandbox;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A service or command of Sidetrack as its users run it: its jar, in a process of its own, configured by environment
 * variables. It inherits only the few variables that every process needs, so that the caller's environment has no effect on
 * it.
 */
public final class ServiceProcess implements AutoCloseable {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    /** A process that is stopped in the middle of a test may first have to finish a lot of writes. */
    private static final Duration ARCHIVE_LIMIT = Duration.ofSeconds(20);

    private static final int HEAP_MB = 512;
    private static final List<String> INHERITED = List.of("PATH", "HOME", "LANG", "TMPDIR");

    private final String name;
    private final Process process;
    private final Path out;
    private final Path err;
    private final boolean ownLogs;
    private final Optional<ClassData> archive;
    private final Thread killer;
    private volatile boolean ready;

    private ServiceProcess(
            String name, Process process, Path out, Path err, boolean ownLogs, Optional<ClassData> archive) {
        this.archive = archive;
        this.name = name;
        this.process = process;
        this.out = out;
        this.err = err;
        this.ownLogs = ownLogs;
        this.killer = new Thread(process::destroyForcibly, "stop-" + name);
        Runtime.getRuntime().addShutdownHook(killer);
    }

    /** Starts a jar with its output in temporary files. */
    public static ServiceProcess start(Path jar, List<String> arguments, Map<String, String> environment) {
        return start(jar, HEAP_MB, arguments, environment);
    }

    /**
     * Starts a jar with its output in temporary files.
     *
     * @param heapMb its maximum heap; the process exits if that is too small
     */
    public static ServiceProcess start(Path jar, int heapMb, List<String> arguments, Map<String, String> environment) {
        return start(jar, heapMb, arguments, environment, true);
    }

    /** As {@link #start(Path, List, Map)}, for a service that is not expected to become ready. */
    public static ServiceProcess startExpectingExit(Path jar, List<String> arguments, Map<String, String> environment) {
        // It would spend a second at its exit on an archive that is discarded.
        return start(jar, HEAP_MB, arguments, environment, false);
    }

    private static ServiceProcess start(
            Path jar, int heapMb, List<String> arguments, Map<String, String> environment, boolean mayWriteArchive) {
        try {
            return start(
                    jar,
                    heapMb,
                    arguments,
                    environment,
                    Files.createTempFile("sidetrack", ".out"),
                    Files.createTempFile("sidetrack", ".err"),
                    true,
                    mayWriteArchive);
        } catch (IOException e) {
            throw new SandboxException(jar + " cannot be started", e);
        }
    }

    /** Starts a jar with its output in files that are not deleted. */
    public static ServiceProcess start(
            Path jar, List<String> arguments, Map<String, String> environment, Path out, Path err) {
        return start(jar, HEAP_MB, arguments, environment, out, err, false, true);
    }

    private static ServiceProcess start(
            Path jar,
            int heapMb,
            List<String> arguments,
            Map<String, String> environment,
            Path out,
            Path err,
            boolean ownLogs,
            boolean mayWriteArchive) {
        if (!Files.isRegularFile(jar)) {
            throw new SandboxException(jar + " does not exist: build the project (mvn package)");
        }
        Optional<ClassData> classes = ClassData.of(jar);
        boolean writes = mayWriteArchive && classes.map(ClassData::claim).orElse(false);
        List<String> java = new ArrayList<>();
        classes.ifPresent(data -> java.addAll(data.options(writes)));
        java.addAll(List.of("-Xmx" + heapMb + "m", "-XX:+ExitOnOutOfMemoryError", "-jar", jar.toString()));
        java.addAll(arguments);
        return java(
                jar.getFileName().toString().replace(".jar", ""),
                java,
                environment,
                out,
                err,
                ownLogs,
                classes.filter(data -> writes));
    }

    /**
     * Starts any Java program with its output in files that are not deleted.
     *
     * @param name the program's name in messages
     * @param arguments the arguments of the {@code java} command
     */
    public static ServiceProcess java(
            String name, List<String> arguments, Map<String, String> environment, Path out, Path err) {
        return java(name, arguments, environment, out, err, false, Optional.empty());
    }

    private static ServiceProcess java(
            String name,
            List<String> arguments,
            Map<String, String> environment,
            Path out,
            Path err,
            boolean ownLogs,
            Optional<ClassData> archive) {
        ProcessBuilder builder = new ProcessBuilder(JavaCommand.of(arguments))
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        Map<String, String> inherited = new HashMap<>(builder.environment());
        builder.environment().clear();
        INHERITED.forEach(variable -> {
            if (inherited.containsKey(variable)) {
                builder.environment().put(variable, inherited.get(variable));
            }
        });
        builder.environment().putAll(environment);
        try {
            return new ServiceProcess(name, builder.start(), out, err, ownLogs, archive);
        } catch (IOException e) {
            throw new SandboxException(name + " cannot be started", e);
        }
    }

    /**
     * Waits until the service's {@code /readyz} returns 200.
     *
     * @throws SandboxException if the service exits or takes longer
     */
    public void awaitReady(int httpPort, Duration limit) {
        long start = System.nanoTime();
        while (status(httpPort, "/readyz") != 200) {
            if (!process.isAlive() || System.nanoTime() - start > limit.toNanos()) {
                throw new SandboxException(name + " did not become ready; its output:\n" + output() + errors());
            }
            waitFor(Duration.ofMillis(50));
        }
        ready = true;
    }

    /** The HTTP status of a path of the service; 0 if it does not respond. */
    public static int status(int httpPort, String path) {
        try {
            return get(httpPort, path).statusCode();
        } catch (IOException e) {
            return 0;
        }
    }

    /** The service's metrics, by name with labels as in Prometheus' text format; empty if it does not respond. */
    public static Map<String, Double> metrics(int httpPort) {
        Map<String, Double> metrics = new HashMap<>();
        try {
            get(httpPort, "/metrics")
                    .body()
                    .lines()
                    .filter(line -> !line.startsWith("#") && line.indexOf(' ') > 0)
                    .forEach(line -> {
                        int space = line.lastIndexOf(' ');
                        metrics.put(line.substring(0, space), number(line.substring(space + 1)));
                    });
        } catch (IOException e) {
            // A service that is not listening has no metrics.
        }
        return metrics;
    }

    private static double number(String text) {
        return Double.parseDouble(text.replace("Inf", "Infinity"));
    }

    private static HttpResponse<String> get(int httpPort, String path) throws IOException {
        try {
            return HTTP.send(
                    HttpRequest.newBuilder(URI.create("http://localhost:" + httpPort + path))
                            .timeout(Duration.ofSeconds(10))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SandboxException("interrupted", e);
        }
    }

    /** Sends SIGTERM. */
    public void terminate() {
        process.destroy();
    }

    /**
     * Sends a signal, on systems that have a {@code kill} command.
     *
     * @param name the signal's name, such as {@code STOP} or {@code CONT}
     */
    public void signal(String name) {
        Signals.send(process.pid(), name);
    }

    /** Sends SIGKILL, and waits until the process has exited. */
    public void kill() {
        process.destroyForcibly();
        waitFor(Duration.ofSeconds(10));
    }

    /** Waits for the process to exit; false if it is still running after the limit. */
    public boolean waitFor(Duration limit) {
        try {
            return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SandboxException("interrupted", e);
        }
    }

    /** True if the process is running. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** The process id. */
    public long pid() {
        return process.pid();
    }

    /**
     * The exit code; waits for the process to exit.
     *
     * @throws SandboxException if it is still running after the limit
     */
    public int exitCode(Duration limit) {
        if (!waitFor(limit)) {
            throw new SandboxException(
                    name + " is still running after " + limit.toSeconds() + " s; its output:\n" + output());
        }
        return process.exitValue();
    }

    /** The process's standard output so far. */
    public String output() {
        return read(out);
    }

    /** The process's standard error so far. */
    public String errors() {
        return read(err);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new SandboxException(file + " cannot be read", e);
        }
    }

    private void writeArchive(ClassData data) {
        // A command never becomes ready: it exits.
        if (ready || (!process.isAlive() && process.exitValue() == 0)) {
            terminate();
            if (waitFor(ARCHIVE_LIMIT)) {
                data.finish();
                return;
            }
        }
        kill();
        data.discard();
    }

    @Override
    public void close() {
        archive.ifPresent(this::writeArchive);
        kill();
        try {
            Runtime.getRuntime().removeShutdownHook(killer);
        } catch (IllegalStateException e) {
            // The JVM is already shutting down, and the hook is running.
        }
        try {
            if (ownLogs) {
                Files.deleteIfExists(out);
                Files.deleteIfExists(err);
            }
        } catch (IOException e) {
            throw new SandboxException("the output of " + name + " cannot be deleted", e);
        }
    }
}
