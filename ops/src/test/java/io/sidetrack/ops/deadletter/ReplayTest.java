package io.sidetrack.ops.deadletter;

import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.common.record.DeadLetterHeaders;
import io.sidetrack.ops.cluster.LookupResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplayTest {
    private final List<String> named = new ArrayList<>();
    private final List<Integer> batchSizes = new ArrayList<>();
    private final ReplayRefusals refusals = new ReplayRefusals(named::add);
    private final ReplayBatches batches = new ReplayBatches(
            (topic, partition, offset) -> new LookupResult.Missing("gone"),
            refusals,
            500,
            batch -> batchSizes.add(batch.size()));
    private final ReplayTally tally = new ReplayTally(refusals);
    private final Replay replay = new Replay(
            new ReplayTargets(Optional.empty(), DeadLetterSamples.TOPIC, Set.of(), name -> true),
            5,
            batches,
            refusals,
            tally);

    @Test
    void succeedsWithoutDeadLetters() {
        assertThat(tally.exitCode()).isZero();
        assertThat(tally.lines("replayed", 5)).containsExactly("nothing to replay; 0 were replayed before");
    }

    @Test
    void failsIfAllAreSkipped() {
        replay.add(DeadLetterSamples.deadLetter(0, "orders-live", "5"));
        replay.add(new DeadLetter(DeadLetterSamples.record(0, 1, null, new byte[1], new RecordHeaders())));

        assertThat(tally.exitCode()).isEqualTo(1);
        assertThat(tally.lines("replayed", 5))
                .anyMatch(line -> line.startsWith("skipped 1: already replayed 5 times"))
                .anyMatch(line -> line.startsWith("skipped 1: no header"));
    }

    @Test
    void succeedsIfSomeAreSkipped() {
        replay.add(DeadLetterSamples.deadLetter(0, "orders-live", "5"));
        replay.add(DeadLetterSamples.deadLetter(1, "orders-live", "4"));
        batches.end();

        assertThat(batchSizes).containsExactly(1);
        assertThat(tally.exitCode()).isZero();
    }

    @Test
    void failsIfOneIsRefused() {
        replay.add(DeadLetterSamples.deadLetter(7, "payments"));
        replay.add(DeadLetterSamples.deadLetter(8, "orders-live"));
        batches.end();

        assertThat(batchSizes).containsExactly(1);
        assertThat(tally.exitCode()).isEqualTo(1);
        assertThat(tally.lines("replayed", 5)).anyMatch(line -> line.startsWith("refused 1:"));
        assertThat(named).singleElement().asString().startsWith("dead letter 0:7 is not replayed: ");
    }

    @Test
    void batchesAreBounded() {
        for (int i = 0; i < 1_200; i++) {
            replay.add(DeadLetterSamples.deadLetter(i, "orders-live"));
        }
        batches.end();

        assertThat(batchSizes).containsExactly(500, 500, 200);
    }

    @Test
    void everyDeadLetterIsInTheTallyOnce() {
        tally.addReplayedBefore();
        replay.add(DeadLetterSamples.deadLetter(0, "orders-live", "5"));
        replay.add(new DeadLetter(DeadLetterSamples.record(0, 1, null, new byte[1], new RecordHeaders())));
        replay.add(DeadLetterSamples.deadLetter(2, "payments"));
        for (int i = 3; i < 8; i++) {
            DeadLetter deadLetter = DeadLetterSamples.deadLetter(i, "orders-live");
            replay.add(deadLetter);
            tally.addReplayed(new ReplayRecord(deadLetter, deadLetter.record(), "orders-live"));
        }
        assertThat(tally.lines("replayed", 5))
                .endsWith("left 3 of the 8 that were read so far; 1 were replayed before");
        tally.setComplete();
        assertThat(tally.lines("replayed", 5))
                .containsExactly(
                        "replayed 5 to orders-live: 5 not-json",
                        "refused 1: see the lines above for the reasons",
                        "skipped 1: already replayed 5 times or more; --max-attempts allows more",
                        "skipped 1: no header names their source topic; --to-topic sets a topic for them",
                        "left 3 of 8; 1 were replayed before");
        assertThat(tally.json())
                .hasToString("{\"replayed\":{\"orders-live\":{\"not-json\":5}},\"refused\":1,\"exhausted\":1,"
                        + "\"withoutSource\":1,\"left\":3,\"found\":8,\"replayedBefore\":1,\"complete\":true}");
    }

    @Test
    void inventedReasonsDoNotFillTheMemory() {
        for (int i = 0; i < 2_000; i++) {
            Headers headers = DeadLetterSamples.ofService(new RecordHeaders(), "orders-live");
            headers.remove(DeadLetterHeaders.REASON);
            DeadLetterHeaders.put(headers, DeadLetterHeaders.REASON, "invented-" + i);
            DeadLetter deadLetter = new DeadLetter(DeadLetterSamples.record(0, i, null, new byte[1], headers));
            tally.addReplayed(new ReplayRecord(deadLetter, deadLetter.record(), "orders-live"));
        }
        assertThat(tally.replayed()).isEqualTo(2_000);
        assertThat(tally.lines("replayed", 5).get(0)).contains("1,000 (other reasons)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"2147483647", "-2147483648", "-1", "1e3", "", "1000000", "99999999999999999999"})
    void ignoresANumberOfAttemptsThatNoReplayWrites(String forged) {
        DeadLetter deadLetter = DeadLetterSamples.deadLetter(0, "orders-live", forged);
        replay.add(deadLetter);
        batches.end();

        assertThat(batchSizes).containsExactly(1);
        assertThat(attemptOf(deadLetter)).isEqualTo("1");
    }

    @Test
    void attemptsNeverOverflow() {
        assertThat(attemptOf(DeadLetterSamples.deadLetter(0, "orders-live", "999999")))
                .isEqualTo("999999");
        assertThat(attemptOf(DeadLetterSamples.deadLetter(0, "orders-live", "4")))
                .isEqualTo("5");
    }

    private static String attemptOf(DeadLetter deadLetter) {
        ProducerRecord<byte[], byte[]> record =
                new ReplayRecord(deadLetter, deadLetter.record(), "orders-live").replayed();
        return new String(
                record.headers().lastHeader("sidetrack-attempt").value(), java.nio.charset.StandardCharsets.UTF_8);
    }
}
