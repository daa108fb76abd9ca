package io.sidetrack.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sidetrack.router.RouterFixture.Router;
import io.sidetrack.sandbox.ServiceProcess;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.NewPartitions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Every record reaches its lane exactly once and in the order of its key, whatever happens to routers and lanes (R2, R3). */
@Execution(ExecutionMode.CONCURRENT)
class RouterFaultIT {
    private static final int KILLS = 6;
    private static RouterFixture fixture;

    @BeforeAll
    static void start() {
        fixture = new RouterFixture();
    }

    @AfterAll
    static void stop() {
        fixture.close();
    }

    private static void awaitRouting(Router router) {
        await().atMost(RouterFixture.SOON)
                .untilAsserted(() -> assertThat(router.routed("live", "none")).isPositive());
    }

    @Test
    void losesAndRepeatsNothingWhenKilledUnderLoad() {
        Flood flood = new Flood(fixture, "killed");
        for (int round = 0; round < KILLS; round++) {
            flood.send(1000);
            try (Router router = fixture.router("killed", Flood.SHORT_TIMEOUTS)) {
                flood.send(1000);
                awaitRouting(router);
                router.process().kill();
            }
        }
        try (Router router = fixture.router("killed", Flood.SHORT_TIMEOUTS)) {
            flood.assertExactlyOnceInOrder();
            router.process().terminate();
            assertThat(router.process().exitCode(RouterFixture.SOON)).isZero();
        }
    }

    @Tag("long")
    @Test
    void losesAndRepeatsNothingWhenMembersComeAndGo() {
        long seed = Long.getLong("routing.seed", System.nanoTime());
        System.out.println("RouterFaultIT uses -Drouting.seed=" + seed);
        SplittableRandom random = new SplittableRandom(seed);
        Flood flood = new Flood(fixture, "members");
        try (Router steady = fixture.router("members", Flood.SHORT_TIMEOUTS)) {
            for (int round = 0; round < 3; round++) {
                flood.send(500);
                try (Router guest = fixture.router("members", Flood.SHORT_TIMEOUTS)) {
                    flood.send(500);
                    if (random.nextBoolean()) {
                        guest.process().terminate();
                        assertThat(guest.process().exitCode(RouterFixture.SOON)).isZero();
                    } else {
                        guest.process().kill();
                    }
                    flood.send(500);
                }
            }
            flood.assertExactlyOnceInOrder();
            assertThat(steady.process().isAlive()).isTrue();
        }
    }

    @Test
    void keepsRoutingWhenALaneGetsMorePartitions() throws ExecutionException, InterruptedException {
        Flood flood = new Flood(fixture, "grown");
        try (Router router = fixture.router("grown", Flood.SHORT_TIMEOUTS)) {
            flood.send(500);
            flood.assertExactlyOnceInOrder();
            fixture.topics
                    .admin()
                    .createPartitions(Map.of("grown-backfill", NewPartitions.increaseTo(20)))
                    .all()
                    .get();
            flood.send(500);
            await().atMost(RouterFixture.SOON).untilAsserted(() -> assertThat(fixture.topics.read("grown-backfill"))
                    .hasSize(500));
            await().atMost(RouterFixture.SOON)
                    .untilAsserted(() -> assertThat(fixture.topics.lag("router-grown", "grown"))
                            .isZero());
            // Most keys have moved: each partition is in order, but a key can be on two partitions.
            fixture.assertAudited("grown", "--allow-spread");
            assertThat(router.process().output()).doesNotContain(" ERROR ");
        }
    }

    @Test
    void continuesWhenADeletedLaneIsCreatedAgain() throws ExecutionException, InterruptedException {
        Flood flood = new Flood(fixture, "deleted");
        try (Router router = fixture.router("deleted", Flood.SHORT_TIMEOUTS)) {
            flood.send(500);
            flood.assertExactlyOnceInOrder();
            fixture.topics
                    .admin()
                    .deleteTopics(List.of("deleted-backfill"))
                    .all()
                    .get();
            // The controller has deleted it; until the broker knows, it would still accept records.
            await().atMost(RouterFixture.SOON)
                    .until(() ->
                            !fixture.topics.admin().listTopics().names().get().contains("deleted-backfill"));
            flood.send(500);
            await().atMost(RouterFixture.SOON)
                    .untilAsserted(() -> assertThat(router.process().output()).contains("UNKNOWN_TOPIC"));
            assertThat(ServiceProcess.status(router.port(), "/livez")).isEqualTo(200);
            fixture.topics.createLane("deleted-backfill", 12);
            // The records on the deleted lane are gone; the later ones are on the new lane.
            await().atMost(RouterFixture.SOON.multipliedBy(2))
                    .untilAsserted(() ->
                            assertThat(fixture.topics.read("deleted-backfill")).hasSize(250));
            assertThat(fixture.topics.read("deleted-live")).hasSize(500);
        }
    }
}
