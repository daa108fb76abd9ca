package io.sidetrack.sandbox;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Writer;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;

/**
 * One broker as a child process with its own class path: nothing here is compiled against it. It can be stopped, killed
 * and started again with the same data. It ends when this JVM ends, however that happens, because its standard input is then
 * closed (a frozen broker ends when it is thawed). Not thread-safe.
 */
final class BrokerNode {
    /** System property: the folder with the broker's {@code classes} and {@code lib}; by default the build's. */
    private static final String FOLDER_PROPERTY = "sidetrack.broker";

    private static final String MAIN = "io.sidetrack.sandbox.broker.BrokerMain";
    private static final Duration START_LIMIT = Duration.ofMinutes(2);
    private static final Duration STOP_LIMIT = Duration.ofMinutes(2);
    private static final int LINES_SHOWN = 30;

    private final String name;
    private final Path folder;
    private final Map<String, String> properties;
    /** The last run; null before the first. */
    private Process process;

    private boolean frozen;
    /** What the present run writes when it stops. */
    private Optional<ClassData> archive = Optional.empty();

    /**
     * @param name for messages
     * @param folder for properties, log and data; created if it does not exist
     * @param properties as in {@code server.properties}, and those of the launcher, without {@code log.dirs}
     */
    BrokerNode(String name, Path folder, Map<String, String> properties) {
        this.name = name;
        this.folder = folder;
        this.properties = properties;
    }

    /** Starts the process without waiting: the brokers of a cluster need each other to start. */
    void launch() {
        if (isAlive()) {
            throw new SandboxException(name + " is already running");
        }
        Path target = target();
        Path file = folder.resolve("server.properties");
        Properties all = new Properties();
        all.putAll(properties);
        all.setProperty("log.dirs", folder.resolve("data").toString());
        try {
            Files.createDirectories(folder);
            try (Writer writer = Files.newBufferedWriter(file)) {
                all.store(writer, null);
            }
            process = new ProcessBuilder(JavaCommand.of(arguments(target, file)))
                    .redirectError(ProcessBuilder.Redirect.appendTo(log().toFile()))
                    .start();
            frozen = false;
        } catch (IOException e) {
            throw new SandboxException(name + " cannot be started", e);
        }
    }

    private List<String> arguments(Path target, Path propertiesFile) throws IOException {
        Path code = target.resolve("classes");
        archive = Optional.empty();
        List<String> arguments = new ArrayList<>();
        if (ClassData.isEnabled()) {
            code = jar(target);
            ClassData data = ClassData.of(code).orElseThrow();
            boolean writes = data.claim();
            arguments.addAll(data.options(writes));
            archive = Optional.of(data).filter(any -> writes);
        }
        arguments.addAll(List.of(
                "-Xmx1g",
                "-cp",
                code + File.pathSeparator + target.resolve("lib") + "/*",
                MAIN,
                propertiesFile.toString()));
        return arguments;
    }

    private static Path jar(Path target) throws IOException {
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(target, "sidetrack-broker-*.jar")) {
            for (Path jar : jars) {
                return jar;
            }
        }
        throw new SandboxException("no jar of the broker in " + target + ": build the project (mvn package)");
    }

    private static Path target() {
        String given = System.getProperty(FOLDER_PROPERTY);
        Path target = given == null ? besideThisCode() : Path.of(given);
        if (!Files.isDirectory(target.resolve("lib"))) {
            throw new SandboxException("no Kafka broker in " + target
                    + ": build the project (mvn package), or set its folder with -D" + FOLDER_PROPERTY);
        }
        return target;
    }

    private static Path besideThisCode() {
        try {
            Path code = Path.of(BrokerNode.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            // The code is sandbox/target/classes or a jar in sandbox/target.
            return code.getParent().getParent().resolve("broker/target");
        } catch (URISyntaxException e) {
            throw new SandboxException("the location of this code is unknown", e);
        }
    }

    /**
     * Waits until it serves clients.
     *
     * @throws SandboxException with the end of its log if it exits or takes longer than two minutes; it is no longer running
     *     then
     */
    void awaitStarted() {
        long start = System.nanoTime();
        // The launcher writes one line to standard output once the broker has started.
        while (!hasOutput()) {
            if (!process.isAlive() || System.nanoTime() - start > START_LIMIT.toNanos()) {
                kill();
                throw new SandboxException(name + " did not start; its log ends with:\n" + endOfLog());
            }
            ended(Duration.ofMillis(10));
        }
    }

    private boolean hasOutput() {
        try {
            return process.getInputStream().available() > 0;
        } catch (IOException e) {
            throw new SandboxException("the output of " + name + " cannot be read", e);
        }
    }

    /**
     * Shuts it down cleanly, and returns when it has ended; does nothing if it is not running.
     *
     * @throws SandboxException if it takes longer than two minutes; it is killed then
     */
    void stop() {
        if (!isAlive()) {
            return;
        }
        thaw();
        try {
            OutputStream commands = process.getOutputStream();
            commands.write("stop\n".getBytes(StandardCharsets.UTF_8));
            commands.flush();
        } catch (IOException e) {
            throw new SandboxException(name + " exited unexpectedly; its log ends with:\n" + endOfLog(), e);
        }
        if (!ended(STOP_LIMIT)) {
            kill();
            throw new SandboxException(
                    name + " did not stop in " + STOP_LIMIT.toSeconds() + " s; its log ends with:\n" + endOfLog());
        }
        archive.ifPresent(ClassData::finish);
        archive = Optional.empty();
    }

    /** Sends SIGKILL, and returns when it has ended; does nothing if it is not running. */
    void kill() {
        if (isAlive()) {
            process.destroyForcibly();
            ended(STOP_LIMIT);
        }
        archive.ifPresent(ClassData::discard);
        archive = Optional.empty();
    }

    /** Suspends it (SIGSTOP) until {@link #thaw}. */
    void freeze() {
        Signals.send(process.pid(), "STOP");
        frozen = true;
    }

    /** Resumes it (SIGCONT); does nothing if it is not frozen. */
    void thaw() {
        if (frozen) {
            Signals.send(process.pid(), "CONT");
            frozen = false;
        }
    }

    boolean isAlive() {
        return process != null && process.isAlive();
    }

    private Path log() {
        return folder.resolve("log");
    }

    private String endOfLog() {
        try {
            List<String> lines = Files.readAllLines(log());
            return String.join("\n", lines.subList(Math.max(0, lines.size() - LINES_SHOWN), lines.size()));
        } catch (IOException e) {
            return "(" + log() + " cannot be read)";
        }
    }

    private boolean ended(Duration limit) {
        try {
            return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new SandboxException("interrupted while waiting for " + name, e);
        }
    }
}
