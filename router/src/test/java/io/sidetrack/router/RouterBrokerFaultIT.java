package io.sidetrack.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.router.RouterFixture.Router;
import io.sidetrack.sandbox.ServiceProcess;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A broker that stops and starts again. In a class of its own, because other tests cannot share that broker. */
@Tag("long")
class RouterBrokerFaultIT {
    @Test
    void losesAndRepeatsNothingWhenTheBrokerRestartsUnderLoad() {
        try (RouterFixture fixture = new RouterFixture()) {
            Flood flood = new Flood(fixture, "restarted");
            try (Router router = fixture.router("restarted", Map.of())) {
                assertThat(ServiceProcess.metrics(router.port())).containsEntry("sidetrack_router_broker_warning", 0.0);
                for (int round = 0; round < 2; round++) {
                    flood.send(2000);
                    fixture.broker.stop();
                    assertThat(ServiceProcess.status(router.port(), "/livez")).isEqualTo(200);
                    fixture.broker.startAgain();
                    flood.send(500);
                }
                try {
                    // A transaction that the restart has interrupted is aborted only at its timeout, and so is the next
                    // one.
                    flood.assertExactlyOnceInOrder(Duration.ofMinutes(4));
                } finally {
                    System.out.println(router.process().output());
                }
                router.process().terminate();
                assertThat(router.process().exitCode(RouterFixture.SOON)).isZero();
            }
        }
    }
}
