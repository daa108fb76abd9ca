package io.sidetrack.ops.replay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class ReplayHeadersTest {
    private static final byte[] FORGED = "9".getBytes(UTF_8);

    private static ConsumerRecord<byte[], byte[]> record() {
        Headers headers = new RecordHeaders();
        headers.add("a", new byte[] {(byte) 0xff})
                .add("sidetrack-timestamp", FORGED)
                .add("a", null)
                .add("sidetrack-replayed-from", FORGED)
                .add("sidetrack-reason", FORGED)
                .add("x-backfill", FORGED)
                .add("sidetrack-version", FORGED);
        return new ConsumerRecord<>(
                "orders", 3, 1742, 77, TimestampType.CREATE_TIME, -1, -1, null, null, headers, Optional.empty());
    }

    private static List<String> of(ReplayHeaders headers) {
        ConsumerRecord<byte[], byte[]> record = record();
        List<String> first = text(headers.of(record));
        assertThat(text(headers.of(record))).isEqualTo(first);
        assertThat(record.headers()).isEqualTo(record().headers());
        return first;
    }

    private static List<String> text(Headers headers) {
        return Arrays.stream(headers.toArray())
                .map(header -> header.key() + "="
                        + (header.value() == null
                                ? null
                                : new String(header.value(), java.nio.charset.StandardCharsets.ISO_8859_1)))
                .toList();
    }

    @Test
    void forgedHeadersOfASharedTopicAreDropped() {
        assertThat(of(new ReplayHeaders(false, "x-backfill", Optional.of("restore"))))
                .containsExactly(
                        "a=\u00ff",
                        "a=null",
                        "x-backfill=9",
                        "sidetrack-version=9",
                        "x-backfill=restore",
                        "sidetrack-timestamp=77",
                        "sidetrack-replayed-from=orders/3/1742");
    }

    @Test
    void headersOfALaneAreKept() {
        assertThat(of(new ReplayHeaders(true, "x-backfill", Optional.empty())))
                .containsExactly(
                        "a=\u00ff",
                        "sidetrack-timestamp=9",
                        "a=null",
                        "x-backfill=9",
                        "sidetrack-version=9",
                        "sidetrack-replayed-from=orders/3/1742");
    }
}
