package io.sidetrack.common.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.status.Status;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The log configuration of every service and tool prints through {@link Printable}, as text and as JSON. */
class LogConfigurationTest {
    private static final String SECRET = "log-configuration-secret";

    @ParameterizedTest
    @ValueSource(strings = {"router", "writer", "ops"})
    void everyLineIsPrintable(String module) throws Exception {
        Secrets.remember(SECRET);
        Exception cause = new IllegalStateException("cause " + SECRET + "\nFORGED\u001b[31m");
        cause.addSuppressed(new IllegalStateException("suppressed " + SECRET + "\nFORGED"));
        String printed = printed(module, "", new IllegalArgumentException("of http://u:p4ssw0rd@host", cause));
        assertThat(printed)
                .contains(
                        "message *** \\nFORGED\\u001b[31m",
                        "of http://***@host",
                        "cause ***\\nFORGED",
                        "suppressed ***")
                .contains("\tat io.sidetrack.common.log.LogConfigurationTest")
                .doesNotContain(SECRET, "p4ssw0rd", "\u001b", "\r");
        assertThat(printed.lines()).noneMatch(line -> line.startsWith("FORGED"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"router", "writer"})
    void jsonIsOneObjectPerLineAndAsPrintable(String module) throws Exception {
        Secrets.remember(SECRET);
        Exception failure = new IllegalStateException(
                "of " + SECRET, new IllegalStateException("cause " + SECRET + "\nFORGED\u001b[31m"));
        String printed = printed(module, "json", failure);
        assertThat(printed).endsWith("}\n").hasLineCount(1).doesNotContain(SECRET);
        JsonNode line = new ObjectMapper().readTree(printed);
        assertThat(line.fieldNames())
                .toIterable()
                .containsExactly("timestamp", "level", "logger", "thread", "message", "exception");
        assertThat(Instant.parse(line.get("timestamp").asText()))
                .isBetween(Instant.now().minusSeconds(60), Instant.now());
        assertThat(line.get("level").asText()).isEqualTo("ERROR");
        assertThat(line.get("logger").asText()).isEqualTo("io.sidetrack.X");
        assertThat(line.get("thread").asText()).isEqualTo(Thread.currentThread().getName());
        assertThat(line.get("message").asText()).isEqualTo("message *** \\nFORGED\\u001b[31m");
        assertThat(line.get("exception").asText())
                .startsWith(
                        "java.lang.IllegalStateException: of ***\n\tat io.sidetrack.common.log.LogConfigurationTest")
                .contains("\nCaused by: java.lang.IllegalStateException: cause ***\\nFORGED\\u001b[31m\n");
    }

    /** @param format the value of {@code LOG_FORMAT} */
    private static String printed(String module, String format, Exception failure) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream out = System.out;
        PrintStream err = System.err;
        LoggerContext context = new LoggerContext();
        context.setMDCAdapter(new LogbackMDCAdapter());
        context.putProperty("LOG_FORMAT", format);
        try (PrintStream captured = new PrintStream(bytes, true, UTF_8)) {
            System.setOut(captured);
            System.setErr(captured);
            JoranConfigurator configurator = new JoranConfigurator();
            configurator.setContext(context);
            configurator.doConfigure(Path.of("..", module, "src", "main", "resources", "logback.xml")
                    .toFile());
            context.getLogger("io.sidetrack.X").error("message {} {}", SECRET, "\nFORGED\u001b[31m", failure);
            assertThat(context.getStatusManager().getCopyOfStatusList())
                    .allMatch(status -> status.getLevel() == Status.INFO);
        } finally {
            context.stop();
            System.setOut(out);
            System.setErr(err);
        }
        return bytes.toString(UTF_8);
    }
}
