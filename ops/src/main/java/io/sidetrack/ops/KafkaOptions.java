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

/** The cluster of a command: from the services' own {@code KAFKA_} variables, or from the options of Kafka's own tools. */
public final class KafkaOptions {
    private final Environment environment;

    @Option(
            names = "--bootstrap-servers",
            paramLabel = "HOST:PORT,...",
            description = "The brokers. Default: the variable KAFKA_BOOTSTRAP_SERVERS.")
    private String bootstrapServers;

    @Option(
            names = "--command-config",
            paramLabel = "FILE",
            description = "A properties file for the Kafka clients, for security settings for example. Every variable"
                    + " KAFKA_FOO_BAR sets the property foo.bar too; the file takes precedence.")
    private Path commandConfig;

    /** @param environment with the services' own variables */
    public KafkaOptions(Environment environment) {
        this.environment = environment;
    }

    /**
     * The client properties.
     *
     * @throws StartupException if no bootstrap server is given or the file cannot be read
     */
    public KafkaProperties properties() {
        Map<String, String> variables = new HashMap<>(environment.variables());
        Map<String, String> file = fromFile();
        // Only the file may name the brokers.
        variables.putIfAbsent("KAFKA_BOOTSTRAP_SERVERS", file.getOrDefault("bootstrap.servers", ""));
        if (bootstrapServers != null) {
            variables.put("KAFKA_BOOTSTRAP_SERVERS", bootstrapServers);
            file.remove("bootstrap.servers");
        }
        return KafkaProperties.read(variables).with(file);
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
