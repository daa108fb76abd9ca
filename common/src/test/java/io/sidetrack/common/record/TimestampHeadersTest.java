package io.sidetrack.common.record;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

/** Records with the same timestamp share a header. */
class TimestampHeadersTest {
    private final TimestampHeaders timestamps = new TimestampHeaders();

    private RecordHeaders add(long timestampMs) {
        RecordHeaders headers = new RecordHeaders();
        assertThat(timestamps.addIfAbsent(headers, timestampMs)).isEqualTo(timestampMs);
        return headers;
    }

    @Test
    void eachRecordGetsItsOwnTimestamp() {
        for (long timestampMs : new long[] {0, 5, 5, 6, 5, -1, 0, Long.MIN_VALUE, Long.MAX_VALUE}) {
            assertThat(OriginalTimestamp.read(add(timestampMs))).hasValue(timestampMs);
        }
    }

    @Test
    void consecutiveRecordsWithTheSameTimestampShareAHeader() {
        assertThat(add(5).lastHeader(OriginalTimestamp.HEADER)).isSameAs(add(5).lastHeader(OriginalTimestamp.HEADER));
    }

    @Test
    void existingTimestampStaysAndDoesNotAffectTheNextRecord() {
        RecordHeaders headers = new RecordHeaders();
        headers.add(OriginalTimestamp.HEADER, "7".getBytes(US_ASCII));
        assertThat(timestamps.addIfAbsent(headers, 9)).isEqualTo(7);
        assertThat(OriginalTimestamp.read(headers)).hasValue(7);
        assertThat(OriginalTimestamp.read(add(9))).hasValue(9);
    }
}
