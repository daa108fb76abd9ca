package io.sidetrack.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.sandbox.SandboxBroker;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;

/** Runs the command in this JVM against a broker. */
record Tool(SandboxBroker broker) {
    /** How a command ended. */
    record Ended(int code, String out, String err) {
        /** That it said in one line why it did not do it. */
        void assertRefused(int expected, String problem) {
            assertThat(code).as(err).isEqualTo(expected);
            assertThat(err.strip()).startsWith("sidetrack: ").contains(problem).hasLineCount(1);
        }

        /** That it did it. */
        Ended assertDone() {
            assertThat(code).as(out + err).isZero();
            return this;
        }
    }

    Ended run(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--bootstrap-servers", broker.bootstrapServers()));
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine command = SidetrackMain.commandLine(new PrintWriter(out), new PrintWriter(err));
        int code = command.execute(all.toArray(String[]::new));
        command.getErr().flush();
        command.getOut().flush();
        return new Ended(code, out.toString(), err.toString());
    }
}
