package io.sidetrack.ops.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.common.record.DeadLetterHeaders;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplayMarkTest {
    private static ConsumerRecord<byte[], byte[]> bare(Headers headers) {
        return DeadLetterSamples.record(2, 100, null, null, headers);
    }

    @Test
    void recordOfAReplayIsAMark() {
        ProducerRecord<byte[], byte[]> written = new ReplayMark(2, 17).toRecord(DeadLetterSamples.TOPIC);

        assertThat(written.partition()).isEqualTo(2);
        assertThat(ReplayMark.read(bare(written.headers()))).contains(new ReplayMark(2, 17));
    }

    /** Earlier versions take a record for a mark only if it has exactly this form, and replay its dead letter again otherwise. */
    @Test
    void markHasTheFormThatEarlierVersionsKnow() {
        ProducerRecord<byte[], byte[]> written = new ReplayMark(2, 17).toRecord(DeadLetterSamples.TOPIC);

        assertThat(written.key()).isNull();
        assertThat(written.value()).isNull();
        assertThat(written.headers().toArray())
                .containsExactly(new RecordHeader("sidetrack-replayed", "2:17".getBytes(UTF_8)));
    }

    @Test
    void forgedRecordBecomesADeadLetter() {
        Headers forged =
                DeadLetterSamples.ofService(DeadLetterSamples.header(ReplayMark.HEADER, "2:17"), "orders-live");

        assertThat(ReplayMark.read(bare(forged))).isEmpty();
    }

    @Test
    void recordWithAnotherHeaderIsADeadLetter() {
        Headers headers = DeadLetterSamples.header(ReplayMark.HEADER, "2:17");
        DeadLetterHeaders.put(headers, DeadLetterHeaders.ATTEMPT, "1");

        assertThat(ReplayMark.read(bare(headers))).isEmpty();
        assertThat(ReplayMark.read(
                        bare(DeadLetterSamples.header(ReplayMark.HEADER, "2:17").add(ReplayMark.HEADER, new byte[0]))))
                .isEmpty();
        assertThat(ReplayMark.read(bare(new RecordHeaders()))).isEmpty();
    }

    @Test
    void recordWithKeyOrValueIsADeadLetter() {
        Headers headers = DeadLetterSamples.header(ReplayMark.HEADER, "2:17");

        assertThat(ReplayMark.read(DeadLetterSamples.record(2, 100, new byte[0], null, headers)))
                .isEmpty();
        assertThat(ReplayMark.read(DeadLetterSamples.record(2, 100, null, new byte[0], headers)))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "2",
                "2:",
                "2:x",
                "2:-1",
                "1:17",
                "2:100",
                "2:101",
                " 2:17",
                "2:17\n",
                "99999999999999999999999999:1",
                "2:99999999999999999999999999"
            })
    void recordWhosePositionDoesNotPrecedeItIsADeadLetter(String position) {
        assertThat(ReplayMark.read(bare(DeadLetterSamples.header(ReplayMark.HEADER, position))))
                .isEmpty();
    }

    @Test
    void recordWithANullHeaderIsADeadLetter() {
        assertThat(ReplayMark.read(bare(new RecordHeaders().add(ReplayMark.HEADER, null))))
                .isEmpty();
    }
}
