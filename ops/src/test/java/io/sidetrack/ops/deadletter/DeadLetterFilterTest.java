package io.sidetrack.ops.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sidetrack.common.record.Reduction;
import io.sidetrack.common.settings.StartupException;
import java.util.List;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

/** Which dead letters a key selects. */
class DeadLetterFilterTest {
    private static DeadLetter deadLetter(byte[] key, Headers headers) {
        return new DeadLetter(
                DeadLetterSamples.record(0, 0, key, new byte[1], DeadLetterSamples.ofService(headers, "orders-live")));
    }

    private static DeadLetter whole(byte[] key) {
        return deadLetter(key, new RecordHeaders());
    }

    private static DeadLetter reduced(String leftOut, byte[] recordKey, byte[] key) {
        DeadLetter letter = deadLetter(key, new RecordHeaders());
        Reduction.of(leftOut, recordKey, new byte[2]).addTo(letter.record().headers());
        return letter;
    }

    @Test
    void keySelectsWholeAndReducedDeadLettersOfItsRecords() {
        DeadLetterFilter filter = new DeadLetterFilter(List.of("a", "\u00e9"), List.of("/w=="));
        byte[] a = "a".getBytes(UTF_8);
        assertThat(filter.matches(whole(a))).isTrue();
        assertThat(filter.matches(whole("\u00e9".getBytes(UTF_8)))).isTrue();
        assertThat(filter.matches(whole(new byte[] {(byte) 0xFF}))).isTrue();
        assertThat(filter.matches(whole("ab".getBytes(UTF_8)))).isFalse();
        assertThat(filter.matches(whole(new byte[0]))).isFalse();
        assertThat(filter.matches(whole(null))).isFalse();
        assertThat(filter.matches(reduced("value", a, a))).isTrue();
        assertThat(filter.matches(reduced("key,value", a, null))).isTrue();
        // The smallest form has a key of its own.
        assertThat(filter.matches(reduced("key,value,headers", a, "orders-live/0/0".getBytes(UTF_8))))
                .isTrue();
        assertThat(filter.matches(reduced("key,value,headers", null, a))).isFalse();
        assertThat(filter.matches(reduced("key,value", "b".getBytes(UTF_8), a))).isFalse();
        assertThat(new DeadLetterFilter().matches(whole(null))).isTrue();
    }

    @Test
    void textNamesNoKeys() {
        assertThat(new DeadLetterFilter(List.of("s3cret"), List.of("AA==")).text())
                .isEqualTo("2 keys");
        assertThat(new DeadLetterFilter().text()).isEmpty();
        assertThat(new DeadLetterFilter(new ReplayMark(0, 17)).text()).isEqualTo("--offsets 0:17");
    }

    @Test
    void keyThatIsNotBase64IsRefused() {
        assertThatThrownBy(() -> new DeadLetterFilter(List.of(), List.of("s3cret!")).check())
                .isInstanceOf(StartupException.class)
                .hasMessage("--key-base64: not Base64. Use --key for a key that is text.");
    }
}
