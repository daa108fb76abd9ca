package io.sidetrack.router;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sidetrack.common.control.NamedBackfill;
import io.sidetrack.common.control.NamedBackfills;
import io.sidetrack.common.log.ProblemLog;
import io.sidetrack.common.topic.IdentityWatch;
import io.sidetrack.common.topic.TopicIdentity;
import io.sidetrack.router.startup.ParkedTopicCheck.Problem;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
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
    private RuntimeException failure;
    private int checks;
    private long nanos;
    private TopicIdentity source = new TopicIdentity("cluster", "first");
    private int lookups;
    private final BackfillControl control = new BackfillControl(
            applied,
            "parked",
            () -> {
                checks++;
                if (failure != null) {
                    throw failure;
                }
                return problem;
            },
            new IdentityWatch(
                    source,
                    () -> {
                        lookups++;
                        return source;
                    },
                    () -> nanos,
                    failure -> {}),
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
        control.apply(Map.of(), false);
        assertThat(applied.isEmpty()).isTrue();
        control.apply(Map.of("a", DISCARDED), false);
        assertThat(applied("a")).isEqualTo(DISCARDED);
        assertThat(checks).isZero();
    }

    @Test
    void pauseTakesEffectOnceRecordsCanBeParked() {
        problem = Optional.of(new Problem("there is no such topic", "Create it."));
        control.apply(Map.of("a", PAUSED, "b", DISCARDED), false);
        assertThat(applied("a")).as("its records go to the lane").isNull();
        assertThat(applied("b")).isEqualTo(DISCARDED);
        assertThat(notParked()).isEqualTo(1);

        problem = Optional.empty();
        control.apply(Map.of("a", PAUSED, "b", DISCARDED), false);
        assertThat(applied("a")).isEqualTo(PAUSED);
        assertThat(notParked()).isZero();
    }

    @Test
    void pauseStaysInEffectIfRecordsCannotBeParkedAnyMore() {
        control.apply(Map.of("a", PAUSED), false);
        problem = Optional.of(new Problem("there is no such topic", "Create it."));
        nanos += Duration.ofSeconds(5).toNanos();
        control.apply(Map.of("a", PAUSED), false);
        assertThat(checks).as("not each second").isEqualTo(1);
        nanos += Duration.ofSeconds(5).toNanos();
        control.apply(Map.of("a", PAUSED, "b", PAUSED), false);
        assertThat(checks).isEqualTo(2);
        assertThat(applied("a")).isEqualTo(PAUSED);
        assertThat(applied("b")).isEqualTo(PAUSED);
        assertThat(notParked()).isZero();
    }

    /** Otherwise a record of the new source would overtake those that are parked. */
    @Test
    void offsetsOfASourceThatWasDeletedMeanNothingInTheNewOne() {
        NamedBackfill resuming = PAUSED.resuming(Map.of(), Map.of(0, 500L), 2).withSource(source);
        control.apply(Map.of("a", resuming), false);
        assertThat(applied("a").copiedTo()).isEqualTo(Map.of(0, 500L));
        source = new TopicIdentity("cluster", "second");
        int before = lookups;
        control.apply(Map.of("a", resuming), false);
        assertThat(lookups).as("not each time").isEqualTo(before);
        control.apply(Map.of("a", resuming), true);
        assertThat(applied("a").copiedTo()).isEmpty();
        assertThat(applied("a").state()).isEqualTo(NamedBackfill.State.RESUMING);
        control.apply(Map.of("a", resuming.withSource(source)), false);
        assertThat(applied("a").copiedTo()).isEqualTo(Map.of(0, 500L));
        source = new TopicIdentity("cluster", "third");
        nanos += Duration.ofSeconds(10).toNanos();
        control.apply(Map.of("a", resuming.withSource(new TopicIdentity("cluster", "second"))), false);
        assertThat(applied("a").copiedTo()).isEmpty();
    }

    @Test
    void settingOfAnEarlierBuildAppliesToTheSourceOfItsName() {
        NamedBackfill resuming = PAUSED.resuming(Map.of(), Map.of(0, 500L), 2);
        control.apply(Map.of("a", resuming), true);
        assertThat(applied("a")).isEqualTo(resuming);
        assertThat(lookups).isZero();
    }

    @Test
    void settingThatIsRemovedEnds() {
        control.apply(Map.of("a", PAUSED), false);
        control.apply(Map.of(), false);
        assertThat(applied.isEmpty()).isTrue();
    }

    /** A router that does not know that the backfill was resumed must not drop its records. */
    @Test
    void nothingIsDiscardedByAnOutdatedSetting() {
        control.apply(Map.of("a", DISCARDED, "b", PAUSED), false);
        control.unreadable(false);
        assertThat(applied("a")).as("a short failure").isEqualTo(DISCARDED);
        control.unreadable(true);
        assertThat(applied("a")).as("its records are parked").isEqualTo(NamedBackfill.cancelled(false, 1));
        assertThat(applied("b")).isEqualTo(PAUSED);
        control.apply(Map.of("a", DISCARDED, "b", PAUSED), false);
        assertThat(applied("a")).as("nothing has changed meanwhile").isEqualTo(DISCARDED);
        assertThat(registry.get("sidetrack.router.control.failed.reads")
                        .counter()
                        .count())
                .isEqualTo(2);
    }

    @Test
    void outdatedSettingLeavesRecordsOnTheLaneIfTheyCannotBeParked() {
        problem = Optional.of(new Problem("there is no such topic", "Create it."));
        control.apply(Map.of("a", DISCARDED), false);
        control.unreadable(true);
        assertThat(applied("a")).isNull();
    }

    /** An exception would end the reading of settings for good. */
    @Test
    void parkedTopicThatIsDeletedWhileItIsLookedUpIsAProblemAndNoFailure() {
        failure = new UnknownTopicOrPartitionException("deleted");
        control.apply(Map.of("a", DISCARDED), false);
        control.unreadable(true);
        assertThat(applied("a")).as("its records go to the lane").isNull();
        control.apply(Map.of("b", PAUSED), false);
        assertThat(applied("b")).isNull();
    }
}
