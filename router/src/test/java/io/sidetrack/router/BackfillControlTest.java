package io.sidetrack.router;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sidetrack.common.control.NamedBackfill;
import io.sidetrack.common.control.NamedBackfills;
import io.sidetrack.common.log.ProblemLog;
import io.sidetrack.router.startup.ParkedTopicCheck.Problem;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Settings for named backfills take effect in a running router, unless their records cannot be parked. */
class BackfillControlTest {
    private static final NamedBackfill PAUSED = NamedBackfill.paused(1);
    private static final NamedBackfill DISCARDED = NamedBackfill.cancelled(true, 1);

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final ProblemLog problems =
            new ProblemLog(LoggerFactory.getLogger(BackfillControlTest.class), System::nanoTime, Duration.ofMinutes(1));
    private final NamedBackfills applied = new NamedBackfills("h");
    private Optional<Problem> problem = Optional.empty();
    private int checks;
    private long nanos;
    private final BackfillControl control = new BackfillControl(
            applied,
            "parked",
            () -> {
                checks++;
                return problem;
            },
            problems,
            new RouterMetrics(registry, problems),
            () -> nanos);

    private NamedBackfill applied(String name) {
        Headers headers = new RecordHeaders().add("h", name.getBytes(UTF_8));
        return applied.of(headers);
    }

    private double notParked() {
        return registry.get("sidetrack.router.not.parked.backfills").gauge().value();
    }

    @Test
    void topicIsNotLookedUpUnlessRecordsMustBeParked() {
        control.apply(Map.of());
        assertThat(applied.isEmpty()).isTrue();
        control.apply(Map.of("a", DISCARDED));
        assertThat(applied("a")).isEqualTo(DISCARDED);
        assertThat(checks).isZero();
    }

    @Test
    void pauseTakesEffectOnceRecordsCanBeParked() {
        problem = Optional.of(new Problem("there is no such topic", "Create it."));
        control.apply(Map.of("a", PAUSED, "b", DISCARDED));
        assertThat(applied("a")).as("its records go to the lane").isNull();
        assertThat(applied("b")).isEqualTo(DISCARDED);
        assertThat(notParked()).isEqualTo(1);

        problem = Optional.empty();
        control.apply(Map.of("a", PAUSED, "b", DISCARDED));
        assertThat(applied("a")).isEqualTo(PAUSED);
        assertThat(notParked()).isZero();
    }

    @Test
    void pauseStaysInEffectIfRecordsCannotBeParkedAnyMore() {
        control.apply(Map.of("a", PAUSED));
        problem = Optional.of(new Problem("there is no such topic", "Create it."));
        nanos += Duration.ofSeconds(5).toNanos();
        control.apply(Map.of("a", PAUSED));
        assertThat(checks).as("not each second").isEqualTo(1);
        nanos += Duration.ofSeconds(5).toNanos();
        control.apply(Map.of("a", PAUSED, "b", PAUSED));
        assertThat(checks).isEqualTo(2);
        assertThat(applied("a")).isEqualTo(PAUSED);
        assertThat(applied("b")).isEqualTo(PAUSED);
        assertThat(notParked()).isZero();
    }

    @Test
    void settingThatIsRemovedEnds() {
        control.apply(Map.of("a", PAUSED));
        control.apply(Map.of());
        assertThat(applied.isEmpty()).isTrue();
    }
}
