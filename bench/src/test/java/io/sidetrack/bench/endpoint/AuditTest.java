package io.sidetrack.bench.endpoint;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The audit of a table, with requests as clients send them. */
class AuditTest {
    private static final int RECORDS = 400;
    /** A record that changes the order of an earlier one. */
    private static final int CHANGE = 199;

    private final Orders orders = new Orders(RECORDS);
    private final int changed = orders.keyOf(CHANGE);
    private final Table table = new Table("bench");

    @BeforeEach
    void audit() {
        control("/audit/" + RECORDS);
    }

    @Test
    void findsNothingWhenEveryRecordIsWrittenInOrder() {
        IntStream.range(0, RECORDS).forEach(this::write);
        assertThat(findings()).isEqualTo(new Findings(0, 0, 0, 0, 0, 0));
        assertThat(findings().isClean()).isTrue();
        assertThat(findings()).hasToString("all present and newest");
    }

    @Test
    void findsNothingWhenARecordIsSupersededBeforeItIsWritten() {
        IntStream.range(0, RECORDS).filter(record -> record != changed).forEach(this::write);
        assertThat(findings()).isEqualTo(new Findings(0, 0, 0, 0, 0, 0));
    }

    @Test
    void findsALostKey() {
        IntStream.range(0, RECORDS).filter(record -> record != 7).forEach(this::write);
        assertThat(findings()).isEqualTo(new Findings(1, 0, 0, 0, 0, 0));
        assertThat(findings().isClean()).isFalse();
    }

    @Test
    void countsAKeyAsMissingUntilItsWriteIsAcknowledged() {
        IntStream.range(0, RECORDS - 2).forEach(this::write);
        Table.Response inFlight = arrive(RECORDS - 2);
        write(RECORDS - 1);
        assertThat(findings()).isEqualTo(new Findings(1, 0, 0, 0, 0, 0));
        table.acknowledged(inFlight.written(), 0);
        assertThat(findings().isClean()).isTrue();
    }

    @Test
    void findsAKeyWhoseLastVersionIsLost() {
        IntStream.range(0, RECORDS).filter(record -> record != CHANGE).forEach(this::write);
        assertThat(findings()).isEqualTo(new Findings(0, 1, 0, 0, 0, 0));
    }

    @Test
    void findsAnOlderVersionOverANewerOne() {
        IntStream.range(0, RECORDS).filter(record -> record != changed).forEach(this::write);
        write(changed);
        assertThat(findings()).isEqualTo(new Findings(0, 1, 1, 0, 0, 0));
    }

    @Test
    void findsAnOlderVersionThatWasRepairedLater() {
        IntStream.range(0, RECORDS).forEach(this::write);
        write(changed);
        write(CHANGE);
        assertThat(findings()).isEqualTo(new Findings(0, 0, 1, 0, 0, 0));
        assertThat(findings().isClean()).isFalse();
    }

    @Test
    void findsAWriteThatOverlapsAnEarlierOneOfItsKey() {
        IntStream.range(0, RECORDS)
                .filter(record -> record != changed && record != CHANGE)
                .forEach(this::write);
        Table.Response first = arrive(changed);
        Table.Response second = arrive(CHANGE);
        table.acknowledged(first.written(), 0);
        table.acknowledged(second.written(), 0);
        assertThat(findings()).isEqualTo(new Findings(0, 0, 0, 1, 0, 0));
        assertThat(findings().isClean()).isFalse();
    }

    @Test
    void findsAKeyThatIsTwiceInABatch() {
        IntStream.range(0, RECORDS)
                .filter(record -> record != changed && record != CHANGE)
                .forEach(this::write);
        table.acknowledged(arrive(changed, CHANGE).written(), 0);
        assertThat(findings()).isEqualTo(new Findings(0, 0, 0, 1, 0, 0));
    }

    @Test
    void countsARepeatedWriteButAllowsIt() {
        IntStream.range(0, RECORDS).forEach(this::write);
        write(7);
        assertThat(findings()).isEqualTo(new Findings(0, 0, 0, 0, 0, 1));
        assertThat(findings().isClean()).isTrue();
        assertThat(findings()).hasToString("1 repeated");
    }

    @Test
    void findsAVersionUnderAnotherKey() {
        IntStream.range(0, RECORDS).filter(record -> record != 7).forEach(this::write);
        table.acknowledged(arrive(batch(item(7, 8))).written(), 0);
        table.acknowledged(arrive(batch(item(RECORDS, RECORDS))).written(), 0);
        table.acknowledged(arrive(batch("{\"id\":{\"S\":\"k-000000007\"}}")).written(), 0);
        assertThat(findings()).isEqualTo(new Findings(1, 0, 0, 0, 3, 0));
        assertThat(findings()).hasToString("1 missing, 3 under a wrong key");
    }

    private void write(int record) {
        table.acknowledged(arrive(record).written(), 0);
    }

    private Table.Response arrive(int... records) {
        return arrive(batch(Arrays.stream(records)
                .mapToObj(record -> item(orders.keyOf(record), record))
                .toArray(String[]::new)));
    }

    private Table.Response arrive(String body) {
        byte[] bytes = body.getBytes(US_ASCII);
        return table.write(new Request("/", "BatchWriteItem", bytes, 0, bytes.length), 0);
    }

    private static String batch(String... items) {
        return Arrays.stream(items)
                .map(item -> "{\"PutRequest\":{\"Item\":" + item + "}}")
                .collect(Collectors.joining(",", "{\"RequestItems\":{\"bench\":[", "]}}"));
    }

    private static String item(int key, int version) {
        return String.format(
                Locale.ROOT,
                "{\"id\":{\"S\":\"k-%09d\"},\"version\":{\"N\":\"%d\"},\"items\":{\"N\":\"3\"}}",
                key,
                version);
    }

    private Findings findings() {
        return Findings.parse(control("/findings"));
    }

    private String control(String path) {
        return table.control(path, 0);
    }
}
