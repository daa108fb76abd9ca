package io.sidetrack.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.sandbox.Jars;
import io.sidetrack.sandbox.SandboxBroker;
import io.sidetrack.sandbox.SandboxTopics;
import io.sidetrack.sandbox.ServiceProcess;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import picocli.CommandLine;

/** A broker for the tests of a class, and the {@code sidetrack} command that operates it. */
final class OperatorFixture implements BeforeAllCallback, AfterAllCallback {
    private final Map<String, String> brokerProperties;
    private SandboxBroker broker;
    private SandboxTopics topics;

    OperatorFixture() {
        this(Map.of());
    }

    /** @param brokerProperties properties of the broker besides those of the sandbox */
    OperatorFixture(Map<String, String> brokerProperties) {
        this.brokerProperties = brokerProperties;
    }

    /** How a command ended. */
    record Ended(int code, String out, String err) {
        /** Requires that the command failed with one line that contains a text. */
        void assertRefused(int expected, String problem) {
            assertThat(code).as(err).isEqualTo(expected);
            assertThat(err.strip()).startsWith("sidetrack: ").contains(problem).hasLineCount(1);
        }

        /** Requires that the command succeeded. */
        Ended assertDone() {
            assertThat(code).as(out + err).isZero();
            return this;
        }
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        broker = SandboxBroker.start(brokerProperties);
        topics = new SandboxTopics(broker.bootstrapServers());
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (topics != null) {
            topics.close();
        }
        if (broker != null) {
            broker.close();
        }
    }

    SandboxBroker broker() {
        return broker;
    }

    SandboxTopics topics() {
        return topics;
    }

    /** Runs the command in this JVM, with an empty environment. */
    Ended run(String... arguments) {
        return run(Map.of(), arguments);
    }

    /** Runs the command in this JVM. */
    Ended run(Map<String, String> environment, String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--bootstrap-servers", broker.bootstrapServers()));
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine command =
                SidetrackMain.commandLine(new Environment(environment), new PrintWriter(out), new PrintWriter(err));
        int code = command.execute(all.toArray(String[]::new));
        command.getErr().flush();
        command.getOut().flush();
        return new Ended(code, out.toString(), err.toString());
    }

    /** Starts the command's jar in a process of its own. */
    ServiceProcess start(int heapMb, Map<String, String> environment, String... arguments) {
        Map<String, String> all = new HashMap<>(environment);
        all.put("KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers());
        return ServiceProcess.start(Jars.ofThisCheckout().ops(), heapMb, List.of(arguments), all);
    }

    /** Sets the offset of a group in the first partition of a topic. */
    void commit(String group, String topic, long offset) {
        commit(group, topic, Map.of(0, offset));
    }

    /** Sets the offsets of a group in a topic, by partition. */
    void commit(String group, String topic, Map<Integer, Long> offsets) {
        Map<TopicPartition, OffsetAndMetadata> all = new HashMap<>();
        offsets.forEach(
                (partition, offset) -> all.put(new TopicPartition(topic, partition), new OffsetAndMetadata(offset)));
        try {
            topics.admin().alterConsumerGroupOffsets(group, all).all().get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the offsets were not accepted", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
