package io.sidetrack.router.timestamp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every timestamp is kept and none is rejected, while Kafka's own extractor throws on a negative one. */
class TimestampToHeaderTest {
    @ParameterizedTest
    @CsvSource({"-1, 0", "-9223372036854775808, 0", "0, 0", "1, 1", "7258118400000, 7258118400000"})
    void everyTimestampIsKeptUnchangedAndAccepted(long timestamp, long extracted) {
        ConsumerRecord<Object, Object> record = record(timestamp);
        assertThat(new TimestampToHeader(false).extract(record, 5)).isEqualTo(extracted);
        new TimestampToHeader(false).extract(record, 5);
        assertThat(record.headers().toArray()).singleElement().satisfies(header -> {
            assertThat(header.key()).isEqualTo("sidetrack-timestamp");
            assertThat(new String(header.value(), UTF_8)).isEqualTo(Long.toString(timestamp));
        });
    }

    @Test
    void forgedHeadersAreDroppedUnlessTheSourceIsTrusted() {
        ConsumerRecord<Object, Object> record = record(7);
        forge(record);
        new TimestampToHeader(false).extract(record, 5);
        assertThat(record.headers())
                .extracting(header -> header.key() + "=" + new String(header.value(), UTF_8))
                .containsExactly("mine=1", "sidetrack-version=2", "__streams.errors.topic=x", "sidetrack-timestamp=7");

        ConsumerRecord<Object, Object> trusted = record(7);
        forge(trusted);
        new TimestampToHeader(true).extract(trusted, 5);
        assertThat(trusted.headers())
                .extracting(header -> header.key() + "=" + new String(header.value(), UTF_8))
                .containsExactly(
                        "sidetrack-timestamp=9223372036854775807",
                        "mine=1",
                        "sidetrack-attempt=99",
                        "sidetrack-replayed-from=x/0/0",
                        "sidetrack-version=2",
                        "__streams.errors.topic=x");
    }

    private static void forge(ConsumerRecord<Object, Object> record) {
        for (String header : List.of(
                "sidetrack-timestamp=9223372036854775807",
                "mine=1",
                "sidetrack-attempt=99",
                "sidetrack-replayed=0:0",
                "sidetrack-replayed-from=x/0/0",
                "sidetrack-reduced=value",
                "sidetrack-version=2",
                "__streams.errors.topic=x")) {
            int at = header.indexOf('=');
            record.headers()
                    .add(header.substring(0, at), header.substring(at + 1).getBytes(UTF_8));
        }
    }

    private static ConsumerRecord<Object, Object> record(long timestamp) {
        return new ConsumerRecord<>(
                "t",
                0,
                0,
                timestamp,
                TimestampType.CREATE_TIME,
                0,
                0,
                null,
                null,
                new RecordHeaders(),
                Optional.empty());
    }
}
