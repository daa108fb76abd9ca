package io.sidetrack.common.record;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The header that carries the original timestamp across a lane. */
class OriginalTimestampTest {
    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, -1, 0, 7_258_118_400_000L, Long.MAX_VALUE})
    void everyTimestampCanBeReadAndTheFirstOneStays(long timestamp) {
        RecordHeaders headers = new RecordHeaders();
        OriginalTimestamp.addIfAbsent(headers, timestamp);
        OriginalTimestamp.addIfAbsent(headers, 5);
        assertThat(OriginalTimestamp.read(headers)).hasValue(timestamp);
    }

    @Test
    void invalidTimestampIsIgnored() {
        for (byte[] value : new byte[][] {null, {}, {(byte) 0xff}, "1.5".getBytes(UTF_8), new byte[1_000_000]}) {
            RecordHeaders headers = new RecordHeaders();
            headers.add(OriginalTimestamp.HEADER, value);
            assertThat(OriginalTimestamp.read(headers)).isEmpty();
            OriginalTimestamp.addIfAbsent(headers, 7);
            assertThat(OriginalTimestamp.read(headers)).hasValue(7);
        }
    }
}
