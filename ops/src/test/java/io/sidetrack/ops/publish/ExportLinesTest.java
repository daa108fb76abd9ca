package io.sidetrack.ops.publish;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonPointer;
import io.sidetrack.common.settings.StartupException;
import io.sidetrack.mapping.item.ItemMapper;
import io.sidetrack.mapping.model.EmptyIndexKeys;
import io.sidetrack.mapping.model.KafkaKeyFormat;
import io.sidetrack.mapping.model.KeyAttribute;
import io.sidetrack.mapping.model.KeySource;
import io.sidetrack.mapping.model.KeyType;
import io.sidetrack.mapping.model.MappingResult;
import io.sidetrack.mapping.model.RecordHeader;
import io.sidetrack.mapping.model.SourceRecord;
import io.sidetrack.mapping.model.TableSchema;
import io.sidetrack.mapping.model.Write;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The records of the lines of an export. */
class ExportLinesTest {
    private static ExportLines lines(String timestamp, KeyFormat format, String... attributes) {
        return new ExportLines(new ExportKey(List.of(attributes), format), LineTimestamp.of(timestamp));
    }

    private static FileRecord read(String line) throws BadLineException {
        return lines(null, KeyFormat.AUTO, "id").read(line.replace('\'', '"').getBytes(UTF_8));
    }

    @Test
    void itemIsTakenAsItIs() throws BadLineException {
        String item = "{ \"n\":{\"N\":\"1.0\"},\t\"id\":{\"S\":\"\\u0061😀é\"}, \"t\":{\"S\":\""
                + "😀\\\"}".repeat(20_000) + "\"}, \"Item\":{\"M\":{}} }";
        for (String line : List.of(
                "{\"Item\":" + item + "}",
                " {\"x\":[{}], \"Item\" :" + item + " }\t",
                "{\"Metadata\":{},\"Keys\":{\"id\":{\"S\":\"a😀é\"}},\"OldImage\":{\"a\":{\"Item\":{}}},\"NewImage\":"
                        + item + "}")) {
            FileRecord record = lines(null, KeyFormat.AUTO, "id").read(line.getBytes(UTF_8));
            assertThat(new String(record.value(), UTF_8)).isEqualTo(item);
            assertThat(record.isItem()).isTrue();
            assertThat(record.key()).isEqualTo("a😀é".getBytes(UTF_8));
            assertThat(record.timestampMs()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'Metadata':{'WriteTimestampMicros':{'N':'1680109764000999'}},'Keys':{'id':{'S':'a'}}}",
                "{'Metadata':{'WriteTimestampMicros':{'N':'1680109764000999'}},'Keys':{'id':{'S':'a'}},"
                        + "'OldImage':{'id':{'S':'a'},'n':{'N':'1'}}}"
            })
    void withoutANewImageTheItemWasDeleted(String line) throws BadLineException {
        FileRecord record = lines("/Metadata/WriteTimestampMicros/N", KeyFormat.AUTO, "id")
                .read(line.replace('\'', '"').getBytes(UTF_8));
        assertThat(record.isTombstone()).isTrue();
        assertThat(record.isItem()).isFalse();
        assertThat(record.key()).isEqualTo("a".getBytes(UTF_8));
        assertThat(record.timestampMs()).contains(1680109764000L);
    }

    @ParameterizedTest
    @CsvSource({
        "/Item/at/N, 17",
        "/Item/iso/S, 1000",
        "1970-01-01T00:00:02Z, 2000",
    })
    void timestampIsAnAttributeOrTheSameForAll(String timestamp, long ms) throws BadLineException {
        String line = "{'Item':{'id':{'S':'a'},'at':{'N':'17'},'iso':{'S':'1970-01-01T00:00:01Z'}}}";
        assertThat(lines(timestamp, KeyFormat.AUTO, "id")
                        .read(line.replace('\'', '"').getBytes(UTF_8))
                        .timestampMs())
                .contains(ms);
    }

    @ParameterizedTest
    @CsvSource({"/Item/none/N", "/Item/id/S", "/Item/at", "/Item/at/N", "/Item"})
    void lineWithoutATimestampIsBad(String timestamp) {
        String line = "{'Item':{'id':{'S':'20260101'},'at':{'N':'-1'}}}";
        assertThatThrownBy(() -> lines(timestamp, KeyFormat.AUTO, "id")
                        .read(line.replace('\'', '"').getBytes(UTF_8)))
                .hasMessageContaining("has no timestamp from 1970 on at " + timestamp);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'id':{'S':'s3cret'}} | either an Item or Keys",
                "{'Item':{'id':{'S':'s3cret'}},'Keys':{'id':{'S':'s3cret'}}} | either an Item or Keys",
                "{'Item':['s3cret']} | either an Item or Keys",
                "['s3cret'] | either an Item or Keys",
                "{'Keys':{'id':{'S':'s3cret'}},'NewImage':null} | has a NewImage that is not an object",
                "{'Item':{'id':{'S':'s3cret'}} | is not JSON, at character",
                "{'Item':{'id':{'S':'s3cret'}}} x | is not JSON, at character",
                "{'Item':{'id':{'S':'s3cret'},'id':{'S':'b'}}} | has a field twice, at character",
                "{'Item':{},'Item':{'id':{'S':'s3cret'}}} | has a field twice, at character",
                "{'Item':{'x':{'S':'s3cret'}}} | has no key attribute id",
                "{'Item':{'id':{'S':''}}} | has no key attribute id",
                "{'Item':{'id':{'S':'s3cret','N':'1'}}} | has no key attribute id",
                "{'Item':{'id':{'SS':['s3cret']}}} | has no key attribute id",
                "{'Item':{'id':{'s':'s3cret'}}} | has no key attribute id",
                "{'Item':{'id':'s3cret'}} | has no key attribute id",
                "{'Item':{'id':{'N':'s3cret'}}} | is not a number of DynamoDB",
                "{'Item':{'id':{'N':'1E99999999999'}}} | is not a number of DynamoDB",
                "{'Item':{'id':{'B':'s3cret!'}}} | is not Base64",
                "{'Item':{'id':{'S':'\\ud800'}}} | has an unpaired surrogate",
                "$ion_1_0 {Item:{id:\"s3cret\"}} | is Amazon Ion"
            },
            quoteCharacter = '`')
    void badLineIsNamedAndNotQuoted(String line, String problem) {
        assertThatThrownBy(() -> read(line))
                .isInstanceOf(BadLineException.class)
                .hasMessageContaining(problem)
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("s3cret"));
    }

    /** The parser has limits, and its problems then have no location. */
    @Test
    void lineBeyondTheLimitsOfTheParserIsBad() {
        String deep = "[".repeat(1_200) + "]".repeat(1_200);
        LineFormat plain = new PlainLines(JsonPointer.compile("/id"), LineTimestamp.of(null));
        LineFormat export = lines(null, KeyFormat.AUTO, "id");
        for (String value : List.of(deep, "1".repeat(1_500))) {
            assertThatThrownBy(() -> plain.read(("{\"id\":1,\"x\":" + value + "}").getBytes(UTF_8)))
                    .isInstanceOf(BadLineException.class)
                    .hasMessageContaining("is nested too deeply");
            assertThatThrownBy(() -> export.read(("{\"Item\":{\"x\":" + value + "}}").getBytes(UTF_8)))
                    .isInstanceOf(BadLineException.class)
                    .hasMessageContaining("is nested too deeply");
        }
    }

    @Test
    void lineThatIsNotUtf8IsBad() {
        assertThatThrownBy(() -> lines(null, KeyFormat.AUTO, "id")
                        .read("{\"Item\":{\"id\":{\"S\":\"\u00e9\"}}}".getBytes(ISO_8859_1)))
                .hasMessage("is not UTF-8");
        assertThatThrownBy(() -> new PlainLines(JsonPointer.compile("/id"), LineTimestamp.of(null))
                        .read("{\"id\":\"\u00e9\"}".getBytes(ISO_8859_1)))
                .hasMessage("is not UTF-8");
    }

    /** A tombstone with the record's key deletes the item that the record puts, whatever the table's key is. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "S | | AUTO | {'id':{'S':'a b'}} | a b",
                "S | | TEXT | {'id':{'S':'7'}} | 7",
                "N | | AUTO | {'id':{'N':'-1.50'}} | -1.5",
                "N | | AUTO | {'id':{'N':'1E3'}} | 1000",
                "N | | AUTO | {'id':{'N':'-0'}} | 0",
                "N | | AUTO | {'id':{'N':'9.99E125'}} | 9.99E+125",
                "S | | JSON | {'id':{'S':'a\\\\\\'é'}} | {'id':'a\\\\\\'é'}",
                "S | N | AUTO | {'at':{'N':'5.0'},'id':{'S':'a'}} | {'id':'a','at':5}",
                "S | S | JSON | {'id':{'S':'a'},'at':{'S':'5'}} | {'id':'a','at':'5'}",
                "N | B | AUTO | {'at':{'B':'AAE='},'id':{'N':'1E-130'}} | {'id':1E-130,'at':'AAE='}"
            },
            quoteCharacter = '`')
    void keyIsTheOneThatTheWriterReads(KeyType id, KeyType at, KeyFormat format, String item, String expected)
            throws BadLineException {
        TableSchema schema = new TableSchema(
                "t",
                new KeyAttribute("id", id, 2048),
                Optional.ofNullable(at).map(type -> new KeyAttribute("at", type, 1024)));
        String[] attributes = at == null ? new String[] {"id"} : new String[] {"id", "at"};
        FileRecord record = lines(null, format, attributes)
                .read(("{'Item':" + item + "}").replace('\'', '"').getBytes(UTF_8));
        assertThat(new String(record.key(), UTF_8)).isEqualTo(expected.replace('\'', '"'));
        requireSameItem(schema, KafkaKeyFormat.valueOf(format.name()), record);
    }

    @Test
    void binaryKeyIsItsBytes() throws BadLineException {
        FileRecord record =
                lines(null, KeyFormat.AUTO, "id").read("{\"Item\":{\"id\":{\"B\":\"AP9h\"}}}".getBytes(UTF_8));
        assertThat(record.key()).containsExactly(0, 0xFF, 'a');
        TableSchema schema = new TableSchema("t", new KeyAttribute("id", KeyType.B, 2048), Optional.empty());
        requireSameItem(schema, KafkaKeyFormat.AUTO, record);
    }

    private static void requireSameItem(TableSchema schema, KafkaKeyFormat format, FileRecord record) {
        ItemMapper mapper =
                new ItemMapper(schema, KeySource.KAFKA_KEY, format, EmptyIndexKeys.REJECT, Optional.empty());
        Write put = write(mapper.map(source(record.key(), record.value())));
        Write delete = write(mapper.map(source(record.key(), null)));
        assertThat(delete.kind()).isEqualTo(Write.Kind.DELETE);
        assertThat(delete.key()).isEqualTo(put.key());
    }

    private static SourceRecord source(byte[] key, byte[] value) {
        RecordHeader header = new RecordHeader("content-type", "application/x-amz-json".getBytes(UTF_8));
        return new SourceRecord("lane", 0, 0, 0, key, value, List.of(header));
    }

    private static Write write(MappingResult result) {
        if (result instanceof MappingResult.Rejected rejected) {
            throw new AssertionError(rejected.rejection());
        }
        return ((MappingResult.Accepted) result).write();
    }

    @Test
    void keyThatNoTableHasIsRefused() {
        for (String[] attributes : new String[][] {{"a", "b", "c"}, {""}}) {
            assertThatThrownBy(() -> lines(null, KeyFormat.AUTO, attributes))
                    .isInstanceOf(StartupException.class)
                    .hasMessageStartingWith("--key-attributes=" + String.join(",", Arrays.asList(attributes)));
        }
        assertThatThrownBy(() -> lines(null, KeyFormat.TEXT, "a", "b"))
                .isInstanceOf(StartupException.class)
                .hasMessageStartingWith("--key-format=text");
        assertThatThrownBy(() -> LineTimestamp.of("yesterday"))
                .isInstanceOf(StartupException.class)
                .hasMessageStartingWith("--timestamp=yesterday");
    }
}
