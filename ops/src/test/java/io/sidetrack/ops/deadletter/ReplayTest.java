package io.sidetrack.ops.deadletter;

import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.ops.cluster.LookupResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.producer.ProducerRecord;
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
            batch -> batchSizes.add(batch.size()));
    private final Replay replay = new Replay(
            new ReplayTargets(Optional.empty(), DeadLetterSamples.TOPIC, Set.of(), name -> true), 5, batches, refusals);

    @Test
    void succeedsWithoutDeadLetters() {
        assertThat(replay.exitCode()).isZero();
        assertThat(replay.summary()).containsExactly("nothing to replay");
    }

    @Test
    void failsIfAllAreSkipped() {
        replay.add(DeadLetterSamples.deadLetter(0, "orders-live", "5"));
        replay.add(new DeadLetter(DeadLetterSamples.record(0, 1, null, new byte[1], new RecordHeaders())));

        assertThat(replay.exitCode()).isEqualTo(1);
        assertThat(replay.summary())
                .anyMatch(line -> line.startsWith("skipped 1: already replayed 5 times"))
                .anyMatch(line -> line.startsWith("skipped 1: no header"));
    }

    @Test
    void succeedsIfSomeAreSkipped() {
        replay.add(DeadLetterSamples.deadLetter(0, "orders-live", "5"));
        replay.add(DeadLetterSamples.deadLetter(1, "orders-live", "4"));
        batches.end();

        assertThat(batchSizes).containsExactly(1);
        assertThat(replay.exitCode()).isZero();
    }

    @Test
    void failsIfOneIsRefused() {
        replay.add(DeadLetterSamples.deadLetter(7, "payments"));
        replay.add(DeadLetterSamples.deadLetter(8, "orders-live"));
        batches.end();

        assertThat(batchSizes).containsExactly(1);
        assertThat(replay.exitCode()).isEqualTo(1);
        assertThat(replay.summary()).anyMatch(line -> line.startsWith("refused 1:"));
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
