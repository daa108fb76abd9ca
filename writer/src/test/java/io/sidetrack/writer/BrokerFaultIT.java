package io.sidetrack.writer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sidetrack.sandbox.Fault;
import io.sidetrack.sandbox.SandboxBroker;
import io.sidetrack.sandbox.ServiceProcess;
import io.sidetrack.writer.WriterFixture.Writer;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A broker restart. It would disturb other tests, so it has its own class. */
class BrokerFaultIT {
    @Test
    void losesNothingWhenTheBrokerRestartsUnderLoad() {
        try (SandboxBroker broker = SandboxBroker.start(Map.of("group.min.session.timeout.ms", "500"));
                WriterFixture fixture = new WriterFixture(broker.bootstrapServers());
                FaultLane lane = new FaultLane(fixture, "restarted", Map.of())) {
            lane.script(call -> new Fault.Latency(Duration.ofMillis(50)));
            lane.send(3000);
            try (Writer writer = lane.start()) {
                int written = 0;
                for (int round = 0; round < 3; round++) {
                    lane.awaitWritten(writer, written + 100);
                    lane.sendUntilBusy();
                    broker.stop();
                    // Records read before are written without the broker; only their offsets wait.
                    await().atMost(WriterFixture.SOON).until(() -> lane.proxy.concurrentCalls() == 0);
                    assertThat(ServiceProcess.status(writer.port(), "/livez")).isEqualTo(200);
                    broker.startAgain();
                    written = (int) writer.metric("sidetrack_writer_items_total{outcome=\"written\"}");
                    lane.send(1000);
                }
                lane.assertAllThere();
                writer.assertCountersAddUp();
                writer.process().terminate();
                assertThat(writer.process().exitCode(WriterFixture.SOON)).isZero();
            }
        }
    }
}
