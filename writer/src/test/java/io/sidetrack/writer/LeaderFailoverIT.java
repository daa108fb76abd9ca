package io.sidetrack.writer;

import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.sandbox.Fault;
import io.sidetrack.sandbox.SandboxCluster;
import io.sidetrack.sandbox.ServiceProcess;
import io.sidetrack.writer.WriterFixture.Writer;
import java.time.Duration;
import java.util.Map;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.Test;

/** A lane with three replicas on three brokers, of which any may be killed. */
class LeaderFailoverIT {
    @Test
    void losesNothingWhenTheLeaderAndTheCoordinatorAreKilled() {
        try (SandboxCluster cluster = SandboxCluster.start(Map.of("group.min.session.timeout.ms", "500"));
                WriterFixture fixture = new WriterFixture(cluster.bootstrapServers());
                FaultLane lane = new FaultLane(fixture, "failover", Map.of())) {
            lane.script(call -> new Fault.Latency(Duration.ofMillis(50)));
            try (Writer writer = lane.start()) {
                killUnderLoad(cluster, lane, writer, () -> cluster.leaderOf("failover", 0));
                killUnderLoad(cluster, lane, writer, () -> cluster.groupCoordinator(lane.group()));
                lane.assertAllThere();
                writer.assertCountersAddUp();
                writer.process().terminate();
                assertThat(writer.process().exitCode(WriterFixture.SOON)).isZero();
            }
        }
    }

    private static void killUnderLoad(SandboxCluster cluster, FaultLane lane, Writer writer, IntSupplier whom) {
        int written = (int) writer.metric("sidetrack_writer_items_total{outcome=\"written\"}");
        lane.sendNewKeys(1500);
        lane.awaitWritten(writer, written + 100);
        int node = whom.getAsInt();
        lane.sendUntilBusy();
        cluster.kill(node);
        // Acknowledged by the other two brokers, once one of them leads.
        lane.send(1000);
        assertThat(whom.getAsInt()).isNotEqualTo(node);
        assertThat(ServiceProcess.status(writer.port(), "/livez")).isEqualTo(200);
        cluster.startAgain(node);
        cluster.awaitInSync();
    }
}
