package io.sidetrack.common.record;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

/** A reduced dead letter identifies its record. */
class ReductionTest {
    private static final byte[] ABC = "abc".getBytes(UTF_8);

    @Test
    void reductionIdentifiesItsRecordByKeyAndValue() {
        Headers headers = new RecordHeaders();
        Reduction.of("value", null, ABC).addTo(headers);
        Reduction read = Reduction.read(headers).orElseThrow();
        assertThat(read.leftOut()).isEqualTo("value");
        assertThat(read.key()).isEmpty();
        assertThat(read.value())
                .contains(new Fingerprint(3, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
        assertThat(read.isOf(null, "abc".getBytes(UTF_8))).isTrue();
        assertThat(read.isOf(null, "abd".getBytes(UTF_8))).isFalse();
        assertThat(read.isOf(new byte[0], ABC)).isFalse();
        assertThat(read.isOf(null, null)).isFalse();
    }

    @Test
    void reductionWithBrokenHeadersMatchesNoRecord() {
        Headers headers = new RecordHeaders();
        headers.add(DeadLetterHeaders.REDUCED, "value".getBytes(UTF_8));
        headers.add(DeadLetterHeaders.VALUE_BYTES, "many".getBytes(UTF_8));
        assertThat(Reduction.read(headers).orElseThrow().isOf(null, ABC)).isFalse();
        assertThat(Reduction.read(headers).orElseThrow().isOf(null, null)).isFalse();
    }

    @Test
    void wholeDeadLetterHasNoReduction() {
        Headers headers = new RecordHeaders();
        headers.add(DeadLetterHeaders.REDUCED, null);
        assertThat(Reduction.read(headers)).isEmpty();
    }
}
