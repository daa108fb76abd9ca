package io.sidetrack.sandbox;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Security of a sandbox broker: clients connect over TLS with user name and password (SCRAM-SHA-512), and need an ACL for
 * every operation. The JDK's keytool creates the certificate.
 *
 * @param keyStore the key store with the broker's key
 * @param certificate the broker's certificate in PEM, which clients trust
 * @param adminPassword the password of the super user {@code admin}
 */
public record BrokerSecurity(Path keyStore, Path certificate, String adminPassword) {
    private static final String STORE_PASSWORD = "sandbox-store";
    private static final String LOGIN = "org.apache.kafka.common.security.scram.ScramLoginModule";

    /** Creates key and certificate in a folder. */
    public static BrokerSecurity create(Path folder, String adminPassword) {
        Path keyStore = folder.resolve("broker.p12");
        Path certificate = folder.resolve("broker.pem");
        keytool(
                "-genkeypair",
                "-alias",
                "broker",
                "-keyalg",
                "RSA",
                "-dname",
                "CN=localhost",
                "-ext",
                "SAN=dns:localhost",
                "-storetype",
                "PKCS12",
                "-keystore",
                keyStore.toString(),
                "-storepass",
                STORE_PASSWORD);
        keytool(
                "-exportcert",
                "-rfc",
                "-alias",
                "broker",
                "-keystore",
                keyStore.toString(),
                "-storepass",
                STORE_PASSWORD,
                "-file",
                certificate.toString());
        return new BrokerSecurity(keyStore, certificate, adminPassword);
    }

    private static void keytool(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(List.of(arguments));
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (process.waitFor() != 0) {
                throw new SandboxException("keytool " + arguments[0] + " failed");
            }
        } catch (IOException e) {
            throw new SandboxException("keytool cannot be run", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SandboxException("interrupted", e);
        }
    }

    /** The properties with which a client connects as a user. */
    public Map<String, Object> client(String user, String password) {
        return Map.of(
                "security.protocol",
                "SASL_SSL",
                "ssl.truststore.type",
                "PEM",
                "ssl.truststore.location",
                certificate.toString(),
                "sasl.mechanism",
                "SCRAM-SHA-512",
                "sasl.jaas.config",
                jaas(user, password));
    }

    /** A user's login, as a value of {@code sasl.jaas.config}. */
    public static String jaas(String user, String password) {
        return "%s required username=\"%s\" password=\"%s\";".formatted(LOGIN, user, password);
    }

    Map<String, String> broker(int port, int controllerPort) {
        Map<String, String> properties = new HashMap<>();
        properties.put("listeners", "SASL_SSL://localhost:" + port + ",CONTROLLER://localhost:" + controllerPort);
        properties.put("listener.security.protocol.map", "SASL_SSL:SASL_SSL,CONTROLLER:PLAINTEXT");
        properties.put("inter.broker.listener.name", "SASL_SSL");
        properties.put("sasl.enabled.mechanisms", "SCRAM-SHA-512");
        properties.put("sasl.mechanism.inter.broker.protocol", "SCRAM-SHA-512");
        properties.put("listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config", jaas("admin", adminPassword));
        properties.put("ssl.keystore.location", keyStore.toString());
        properties.put("ssl.keystore.password", STORE_PASSWORD);
        properties.put("ssl.keystore.type", "PKCS12");
        properties.put("ssl.truststore.location", certificate.toString());
        properties.put("ssl.truststore.type", "PEM");
        properties.put(BrokerProperties.SCRAM_CREDENTIAL, "SCRAM-SHA-512=[name=admin,password=" + adminPassword + "]");
        properties.put("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
        // Connections to the controller's listener are not authenticated.
        properties.put("super.users", "User:admin;User:ANONYMOUS");
        return properties;
    }
}
