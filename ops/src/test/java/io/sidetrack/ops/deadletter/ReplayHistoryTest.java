package io.sidetrack.ops.deadletter;

import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.common.control.DeadLetterReplay;
import io.sidetrack.common.topic.TopicIdentity;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Which replay has made a mark. */
class ReplayHistoryTest {
    private static final TopicIdentity IDENTITY = new TopicIdentity("c", "t");

    private static DeadLetterReplay run(String by, TopicIdentity identity, long startedAtMs, Long start, Long end) {
        SortedMap<Integer, Long> starts = new TreeMap<>(Map.of(0, start));
        DeadLetterReplay run =
                new DeadLetterReplay(DeadLetterSamples.TOPIC, identity, by, startedAtMs, starts, "", null);
        return end == null
                ? run
                : run.ended(new DeadLetterReplay.End(
                        startedAtMs + 1, new TreeMap<>(Map.of(0, end)), Map.of(), 0, 0, false));
    }

    private static String by(ReplayHistory history, int partition, long offset) {
        return history.add(partition, offset, Instant.ofEpochMilli(offset))
                .map(DeadLetterReplay::by)
                .orElse("?");
    }

    @Test
    void markBelongsToTheLastRunThatStartedBeforeIt() {
        DeadLetterReplay killed = run("killed", IDENTITY, 1, 10L, null);
        DeadLetterReplay done = run("done", IDENTITY, 2, 20L, 30L);
        DeadLetterReplay running = run("running", IDENTITY, 3, 40L, null);
        ReplayHistory history = new ReplayHistory(List.of(killed, done, running), IDENTITY);
        assertThat(by(history, 0, 9)).isEqualTo("?");
        assertThat(by(history, 0, 10)).isEqualTo("killed");
        assertThat(by(history, 0, 19)).isEqualTo("killed");
        assertThat(by(history, 0, 20)).isEqualTo("done");
        assertThat(by(history, 0, 29)).isEqualTo("done");
        assertThat(by(history, 0, 30)).as("an earlier version, after the end").isEqualTo("?");
        assertThat(by(history, 0, 40)).isEqualTo("running");
        assertThat(history.unknown()).isEqualTo(2);
        assertThat(history.marksOf(killed)).isEqualTo(2);
        assertThat(history.marksOf(running)).isEqualTo(1);
        assertThat(history.lastMarkOf(killed)).contains(Instant.ofEpochMilli(19));
        assertThat(history.endedBefore(killed)).as("the next run fenced it").contains(Instant.ofEpochMilli(2));
        assertThat(history.endedBefore(done)).as("recorded").isEmpty();
        assertThat(history.endedBefore(running)).isEmpty();
    }

    @Test
    void runThatMadeNoMarkIsReplacedByTheNext() {
        DeadLetterReplay first = run("first", IDENTITY, 1, 10L, null);
        DeadLetterReplay second = run("second", IDENTITY, 2, 10L, null);
        ReplayHistory history = new ReplayHistory(List.of(first, second), IDENTITY);
        assertThat(by(history, 0, 10)).isEqualTo("second");
        assertThat(history.marksOf(first)).isZero();
    }

    @Test
    void partitionThatWasAddedLaterStartsAtItsBeginning() {
        ReplayHistory history = new ReplayHistory(List.of(run("a", IDENTITY, 1, 10L, 20L)), IDENTITY);
        assertThat(by(history, 7, 0)).isEqualTo("a");
    }

    @Test
    void runsOfAnotherTopicWithTheSameNameDoNotCount() {
        ReplayHistory history =
                new ReplayHistory(List.of(run("old", new TopicIdentity("c", "other"), 1, 0L, null)), IDENTITY);
        assertThat(history.runs()).isEmpty();
        assertThat(by(history, 0, 5)).isEqualTo("?");
    }
}
