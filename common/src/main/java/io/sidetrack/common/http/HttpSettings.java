package io.sidetrack.common.http;

import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;
import static org.apache.kafka.common.config.ConfigDef.Range.between;
import static org.apache.kafka.common.config.ConfigDef.Type.INT;
import static org.apache.kafka.common.config.ConfigDef.Type.STRING;

import io.sidetrack.common.settings.EnvironmentSettings;
import java.util.Optional;
import org.apache.kafka.common.config.ConfigDef;

/**
 * Where a service serves health and metrics.
 *
 * @param prefix the prefix of the service's settings, such as {@code WRITER_}
 * @param host the address to listen on; empty for all
 * @param port the health port; 0 for any free port
 * @param metricsPort the port of {@code /metrics}; 0 for any free port, empty for the health port
 * @param maxConnections the number of open connections on one port
 */
public record HttpSettings(
        String prefix, Optional<String> host, int port, Optional<Integer> metricsPort, int maxConnections) {
    private static final String PORT = "HTTP_PORT";
    private static final String HOST = "HTTP_HOST";
    private static final String METRICS_PORT = "HTTP_METRICS_PORT";
    private static final String MAX_CONNECTIONS = "HTTP_MAX_CONNECTIONS";

    private static final int SAME_PORT = -1;

    /** Adds these settings to those of a service. */
    public static ConfigDef define(ConfigDef service, String prefix) {
        return service.define(
                        prefix + PORT,
                        INT,
                        8080,
                        between(0, 65_535),
                        MEDIUM,
                        "The port of `/livez`, `/readyz` and `/metrics`; 0 for any free one, which is logged.")
                .define(
                        prefix + HOST,
                        STRING,
                        null,
                        LOW,
                        "The address to listen on, such as `127.0.0.1`. Not set: all addresses.")
                .define(
                        prefix + METRICS_PORT,
                        INT,
                        SAME_PORT,
                        between(SAME_PORT, 65_535),
                        LOW,
                        "A separate port for `/metrics`, so that only the probes need access to the other one; 0 for"
                                + " any free one, which is logged. -1: `" + prefix + PORT + "`.")
                .define(
                        prefix + MAX_CONNECTIONS,
                        INT,
                        64,
                        between(1, 10_000),
                        LOW,
                        "HTTP connections that one port keeps open. A new one beyond that closes the oldest, so that"
                                + " probes get a response even if many clients hang.");
    }

    /** Reads these settings of a service. */
    public static HttpSettings read(EnvironmentSettings values, String prefix) {
        int metricsPort = values.number(prefix + METRICS_PORT);
        int port = values.number(prefix + PORT);
        boolean same = metricsPort == SAME_PORT || (metricsPort == port && port != 0);
        return new HttpSettings(
                prefix,
                Optional.ofNullable(values.text(prefix + HOST)),
                port,
                same ? Optional.empty() : Optional.of(metricsPort),
                values.number(prefix + MAX_CONNECTIONS));
    }

    /** The setting of the health port, as an operator writes it. */
    String portText() {
        return prefix + PORT + "=" + port;
    }

    String metricsPortText() {
        return prefix + METRICS_PORT + "=" + metricsPort.orElse(SAME_PORT);
    }

    String hostText() {
        return prefix + HOST + "=" + host.orElse("");
    }
}
