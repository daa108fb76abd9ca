package io.sidetrack.ops;

import io.sidetrack.common.settings.KafkaProperties;
import io.sidetrack.common.settings.StartupException;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import picocli.CommandLine.Option;

/** How a command finds the cluster: by the services' own KAFKA_ variables, or by the options of Kafka's own tools. */
public final class KafkaOptions {
    @Option(
            names = "--bootstrap-servers",
            paramLabel = "HOST:PORT,...",
            description = "The brokers. Default: the variable KAFKA_BOOTSTRAP_SERVERS.")
    private String bootstrapServers;

    @Option(
            names = "--command-config",
            paramLabel = "FILE",
            description = "A properties file for the Kafka clients, security for example. Every variable KAFKA_FOO_BAR"
                    + " is the property foo.bar too; the file wins.")
    private Path commandConfig;

    /**
     * The client properties.
     *
     * @throws StartupException if no broker is named or the file cannot be read
     */
    public KafkaProperties properties() {
        Map<String, String> environment = new HashMap<>(System.getenv());
        Map<String, String> file = fromFile();
        // The file may be where the brokers are named.
        environment.putIfAbsent("KAFKA_BOOTSTRAP_SERVERS", file.getOrDefault("bootstrap.servers", ""));
        if (bootstrapServers != null) {
            environment.put("KAFKA_BOOTSTRAP_SERVERS", bootstrapServers);
            file.remove("bootstrap.servers");
        }
        return KafkaProperties.read(environment).with(file);
    }

    private Map<String, String> fromFile() {
        Map<String, String> properties = new HashMap<>();
        if (commandConfig != null) {
            Properties file = new Properties();
            try (Reader reader = Files.newBufferedReader(commandConfig)) {
                file.load(reader);
            } catch (IOException e) {
                throw new StartupException(
                        "--command-config=" + commandConfig, "cannot be read", "Name a properties file.", e);
            }
            file.stringPropertyNames().forEach(name -> properties.put(name, file.getProperty(name)));
        }
        return properties;
    }
}
