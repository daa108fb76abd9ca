package io.sidetrack.sandbox;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What makes a sandbox broker take no client but over TLS, with a name and a password (SCRAM-SHA-512), and allow nobody
 * anything that no ACL allows. Its certificate is made by the JDK's keytool.
 *
 * @param keyStore with the broker's key
 * @param certificate of the broker, in PEM, for clients to trust
 * @param adminPassword of the user {@code admin}, who may do everything
 */
public record BrokerSecurity(Path keyStore, Path certificate, String adminPassword) {
    private static final String STORE_PASSWORD = "sandbox-store";
    private static final String LOGIN = "org.apache.kafka.common.security.scram.ScramLoginModule";

    /** Makes key and certificate in a folder. */
    public static BrokerSecurity make(Path folder, String adminPassword) {
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
                throw new SandboxException("keytool could not do " + arguments[0]);
            }
        } catch (IOException e) {
            throw new SandboxException("keytool cannot be run", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SandboxException("interrupted", e);
        }
    }

    /** What a client needs, as properties. */
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

    /** A login of a user, as in {@code sasl.jaas.config}. */
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
        // The controller's own listener has no names.
        properties.put("super.users", "User:admin;User:ANONYMOUS");
        return properties;
    }
}
