package io.sidetrack.writer.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.common.deadletter.DeadLetterContent;
import io.sidetrack.common.deadletter.DeadLetterForm;
import io.sidetrack.common.record.Reduction;
import io.sidetrack.mapping.model.RecordHeader;
import io.sidetrack.writer.buffer.DeadLetter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/** The forms of a dead letter. */
class DeadLetterRecordTest {
    private static final byte[] KEY = "key".getBytes(UTF_8);
    private static final byte[] LONG = "0123456789".repeat(200).getBytes(UTF_8);

    private static ProducerRecord<byte[], byte[]> record(DeadLetter deadLetter, DeadLetterForm form) {
        return DeadLetterRecord.of("dead-letters", "table", deadLetter, form);
    }

    @Test
    void wholeDeadLetterHasEverythingButTheTimestamp() {
        ProducerRecord<byte[], byte[]> record = record(
                DeadLetters.of(KEY, LONG, List.of(new RecordHeader("h", null), new RecordHeader("h", LONG))),
                DeadLetterForm.WHOLE);
        assertThat(record.timestamp()).isNull();
        assertThat(record.key()).isEqualTo(KEY);
        assertThat(record.value()).isEqualTo(LONG);
        assertThat(record.headers().toArray()[0].value()).isNull();
        assertThat(record.headers().toArray()[1].value()).isEqualTo(LONG);
        assertThat(DeadLetters.header(record, "__streams.errors.topic")).isEqualTo("lane");
        assertThat(DeadLetters.header(record, "sidetrack-timestamp")).isEqualTo("1234");
        assertThat(DeadLetters.header(record, "sidetrack-reduced")).isNull();
    }

    @Test
    void reducedDeadLetterKeepsShortPartsAndTheFirstBytesOfItsValue() {
        ProducerRecord<byte[], byte[]> record =
                record(DeadLetters.of(KEY, LONG, List.of(new RecordHeader("h", KEY))), DeadLetterForm.REDUCED);
        assertThat(record.key()).isEqualTo(KEY);
        assertThat(record.value()).isEqualTo(Arrays.copyOf(LONG, 1024));
        assertThat(DeadLetters.header(record, "h")).isEqualTo("key");
        assertThat(DeadLetters.header(record, "sidetrack-reduced")).isEqualTo("value");
        assertThat(DeadLetters.header(record, "sidetrack-value-bytes")).isEqualTo("2000");
        assertThat(DeadLetters.header(record, "sidetrack-value-sha256"))
                .isEqualTo("8839f833c2be3d33b56005727e9b5cad7dec4f4c5db0401bd6842ecef6d727a6");
        assertThat(DeadLetters.header(record, "sidetrack-key-bytes")).isEqualTo("3");
        Reduction reduction = Reduction.read(record.headers()).orElseThrow();
        assertThat(reduction.isOf(KEY, LONG)).isTrue();
        assertThat(reduction.isOf(null, LONG)).isFalse();
        assertThat(reduction.isOf(KEY, Arrays.copyOf(LONG, 1024))).isFalse();
        assertThat(reduction.isOf(KEY, null)).isFalse();
    }

    @Test
    void reducedDeadLetterOmitsALongKeyAndLongHeaders() {
        List<RecordHeader> headers = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            headers.add(new RecordHeader("", null));
        }
        headers.add(new RecordHeader("n".repeat(400), null));
        headers.add(new RecordHeader("sidetrack-timestamp", "77".getBytes(UTF_8)));
        headers.add(new RecordHeader("sidetrack-attempt", "2".getBytes(UTF_8)));
        ProducerRecord<byte[], byte[]> record = record(DeadLetters.of(LONG, null, headers), DeadLetterForm.REDUCED);
        assertThat(record.key()).isNull();
        assertThat(record.value()).isNull();
        assertThat(record.headers().toArray()).hasSizeLessThan(20);
        assertThat(DeadLetters.header(record, "sidetrack-reduced")).isEqualTo("key,headers");
        assertThat(DeadLetters.header(record, "sidetrack-value-bytes")).isNull();
        assertThat(DeadLetters.header(record, "sidetrack-timestamp")).isEqualTo("77");
        assertThat(DeadLetters.header(record, "sidetrack-attempt")).isEqualTo("2");
        assertThat(Reduction.read(record.headers()).orElseThrow().isOf(LONG, null))
                .isTrue();
    }

    @Test
    void deadLetterWithoutOmissionsIsWhole() {
        ProducerRecord<byte[], byte[]> record = record(DeadLetters.of(KEY, null, List.of()), DeadLetterForm.REDUCED);
        assertThat(Reduction.read(record.headers())).isEmpty();
    }

    @Test
    void producerCannotMakeAWholeDeadLetterLookReduced() {
        ProducerRecord<byte[], byte[]> record = record(
                DeadLetters.of(
                        KEY,
                        LONG,
                        List.of(
                                new RecordHeader("sidetrack-reduced", KEY),
                                new RecordHeader("sidetrack-value-bytes", KEY))),
                DeadLetterForm.WHOLE);
        assertThat(Reduction.read(record.headers())).isEmpty();
        assertThat(DeadLetters.header(record, "sidetrack-value-bytes")).isNull();
    }

    @Test
    void sizeOfSmallFormsDoesNotDependOnTheRecord() {
        byte[] huge = new byte[3_000_000];
        List<RecordHeader> headers = new ArrayList<>();
        headers.add(new RecordHeader("h".repeat(70_000), huge));
        headers.add(new RecordHeader("sidetrack-timestamp", huge));
        headers.add(new RecordHeader("sidetrack-attempt", huge));
        headers.add(new RecordHeader("sidetrack-table", huge));
        DeadLetter deadLetter = DeadLetters.of(DeadLetters.LONGEST_TOPIC, huge, huge, headers, "\u20ac".repeat(70_000));
        assertThat(DeadLetters.size(record(deadLetter, DeadLetterForm.WHOLE))).isGreaterThan(9_000_000);
        assertThat(DeadLetters.size(record(deadLetter, DeadLetterForm.REDUCED))).isLessThan(6_000);
        assertThat(DeadLetters.size(record(deadLetter, DeadLetterForm.MINIMAL))).isLessThan(2_000);

        byte[] kept = new byte[DeadLetterContent.KEPT_BYTES];
        DeadLetter longest = DeadLetters.of(
                DeadLetters.LONGEST_TOPIC, kept, huge, List.of(new RecordHeader("", kept)), "\u20ac".repeat(70_000));
        assertThat(DeadLetters.size(record(longest, DeadLetterForm.REDUCED))).isLessThan(6_000);
    }

    @Test
    void minimalDeadLetterHasItsOwnKeyAndAnEmptyValue() {
        ProducerRecord<byte[], byte[]> record = record(DeadLetters.of(null, KEY, List.of()), DeadLetterForm.MINIMAL);
        assertThat(record.key()).isEqualTo("lane/3/17".getBytes(UTF_8));
        assertThat(record.value()).isEmpty();
        assertThat(DeadLetters.header(record, "sidetrack-reduced")).isEqualTo("key,value,headers");
        assertThat(DeadLetters.header(record, "sidetrack-reason")).isEqualTo("too-deep");
        assertThat(Reduction.read(record.headers()).orElseThrow().isOf(null, KEY))
                .isTrue();
    }
}
