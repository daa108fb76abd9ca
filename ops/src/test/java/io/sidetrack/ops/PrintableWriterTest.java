package io.sidetrack.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** Control characters reach the terminal only if they belong to the format of a command. */
class PrintableWriterTest {
    private static final String HOSTILE = "a\u001b[31m\r\nFORGED\u202e";
    private static final String SHOWN = "a\\u001b[31m\\r\\nFORGED\\u202e";

    private final StringWriter printed = new StringWriter();
    private final PrintableWriter out = new PrintableWriter(new PrintWriter(printed));

    @Test
    void untrustedTextIsOneLineHoweverItIsPrinted() {
        out.println(HOSTILE);
        out.println((Object) HOSTILE);
        out.printf("%s|%5d%n", HOSTILE, 7);
        out.printf(Locale.ROOT, "%s|%,d%n", HOSTILE, 7000);
        out.format("%s%n", HOSTILE);
        assertThat(printed.toString().lines()).containsExactly(SHOWN, SHOWN, SHOWN + "|    7", SHOWN + "|7,000", SHOWN);
    }

    @Test
    void formatOfACommandMayControlTheTerminal() {
        out.printf("\r%s\u001b[K", HOSTILE);
        out.print("two\nlines\u001b[K\n");
        out.flush();
        assertThat(printed).hasToString("\r" + SHOWN + "\u001b[Ktwo\nlines\\u001b[K\n");
    }

    @Test
    void messageForInvalidArgumentsIsPrintable() {
        StringWriter err = new StringWriter();
        CommandLine command =
                SidetrackMain.commandLine(new Environment(Map.of()), new PrintWriter(printed), new PrintWriter(err));
        assertThat(command.execute("doctor", "--x\u001b[31mfoo://u:p4ssw0rd@h\nFORGED"))
                .isEqualTo(2);
        assertThat(err.toString())
                .startsWith("sidetrack: ")
                .doesNotContain("\u001b", "p4ssw0rd")
                .hasLineCount(1);
        assertThat(command.execute("doctor", "--help")).isZero();
        assertThat(printed.toString()).contains("--table").doesNotContain("\u001b");
        assertThat(printed.toString().lines().count()).isGreaterThan(10);
    }
}
