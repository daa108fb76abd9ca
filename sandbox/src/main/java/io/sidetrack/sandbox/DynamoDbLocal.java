package io.sidetrack.sandbox;

import java.io.File;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * DynamoDB Local as a child process, in memory, with its own class path: nothing here is compiled against it. It ends
 * with this JVM. Its licence is for local development by AWS customers.
 */
public final class DynamoDbLocal implements AutoCloseable {
    /** System property: the folder with DynamoDB Local's jars and libraries; by default the build's. */
    private static final String FOLDER_PROPERTY = "sidetrack.dynamodb-local";

    /** System property: the address that it listens on; by default that of the loopback interface. */
    private static final String HOST_PROPERTY = "sidetrack.dynamodb-local.host";

    private static final String LOOPBACK = "127.0.0.1";
    private static final String LOG = "log";
    private static final Duration START_LIMIT = Duration.ofMinutes(2);

    /** Writing an archive takes about 2 s on a free core. */
    private static final Duration ARCHIVE_LIMIT = Duration.ofSeconds(30);

    private final Process process;
    private final int port;
    private final Thread killer;
    /** Contains its log and the native library that it unpacks. */
    private final Path temporary;
    /** What this process writes when it ends. */
    private final Optional<ClassData> archive;

    private DynamoDbLocal(Process process, int port, Path temporary, Optional<ClassData> archive) {
        this.process = process;
        this.archive = archive;
        this.port = port;
        this.temporary = temporary;
        this.killer = new Thread(this::end, "stop-dynamodb-local");
        Runtime.getRuntime().addShutdownHook(killer);
    }

    /**
     * Starts it and waits until it accepts connections.
     *
     * @throws SandboxException if it is not installed, exits, or accepts no connection within two minutes
     */
    public static DynamoDbLocal start() {
        Path folder = folder();
        int port = FreePort.find();
        Path temporary = Folders.temporary("dynamodb-local");
        // Archives cannot contain classes from folders.
        Optional<ClassData> archive =
                Optional.of(code()).filter(Files::isRegularFile).flatMap(ClassData::of);
        boolean writes = archive.map(ClassData::claim).orElse(false);
        List<String> arguments = new ArrayList<>();
        archive.ifPresent(data -> arguments.addAll(data.options(writes)));
        arguments.addAll(List.of(
                "-Xmx1g",
                "-Djava.library.path=" + folder,
                "-Djava.io.tmpdir=" + temporary,
                "-DDDBLOCAL_TELEMETRY=0",
                "-cp",
                folder + "/*" + File.pathSeparator + code(),
                DynamoDbLocalMain.class.getName(),
                System.getProperty(HOST_PROPERTY, LOOPBACK),
                "-inMemory",
                "-sharedDb",
                "-disableTelemetry",
                "-port",
                Integer.toString(port)));
        Process process;
        try {
            process = new ProcessBuilder(JavaCommand.of(arguments))
                    .redirectErrorStream(true)
                    .redirectOutput(temporary.resolve(LOG).toFile())
                    .start();
        } catch (IOException e) {
            throw new SandboxException("DynamoDB Local cannot be started", e);
        }
        DynamoDbLocal local = new DynamoDbLocal(process, port, temporary, archive.filter(data -> writes));
        local.awaitListening();
        return local;
    }

    private static Path folder() {
        String given = System.getProperty(FOLDER_PROPERTY);
        Path folder = given == null ? besideThisCode() : Path.of(given);
        if (!Files.isDirectory(folder)) {
            throw new SandboxException("no DynamoDB Local in " + folder
                    + ": build the project (mvn package), or set its folder with -D" + FOLDER_PROPERTY);
        }
        return folder;
    }

    private static Path besideThisCode() {
        // The code is sandbox/target/classes or a jar in sandbox/target.
        return code().getParent().getParent().resolve("dynamodb-local/target/lib");
    }

    private static Path code() {
        try {
            return Path.of(DynamoDbLocal.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new SandboxException("the location of this code is unknown", e);
        }
    }

    private void awaitListening() {
        long start = System.nanoTime();
        while (!isListening()) {
            if (!process.isAlive() || System.nanoTime() - start > START_LIMIT.toNanos()) {
                close();
                throw new SandboxException("DynamoDB Local did not start; its output:\n" + output());
            }
            try {
                // The only way to find out whether the port is open is to connect.
                process.waitFor(50, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                close();
                throw new SandboxException("interrupted while DynamoDB Local was starting", e);
            }
        }
    }

    private boolean isListening() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (ConnectException e) {
            return false;
        } catch (IOException e) {
            throw new SandboxException("the loopback interface does not work", e);
        }
    }

    private String output() {
        try {
            return Files.readString(temporary.resolve(LOG));
        } catch (IOException e) {
            return "(its output cannot be read)";
        }
    }

    /** Where clients connect to. */
    public URI endpoint() {
        // Not localhost: some clients would try the IPv6 address first.
        return URI.create("http://" + LOOPBACK + ":" + port);
    }

    @Override
    public void close() {
        archive.ifPresent(this::writeArchive);
        end();
        try {
            Runtime.getRuntime().removeShutdownHook(killer);
        } catch (IllegalStateException e) {
            // The JVM is already shutting down, and the hook is running.
        }
    }

    private void writeArchive(ClassData data) {
        process.destroy();
        try {
            if (process.waitFor(ARCHIVE_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                data.finish();
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
        data.discard();
    }

    private void end() {
        process.destroyForcibly();
        try {
            process.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Folders.delete(temporary);
    }
}
