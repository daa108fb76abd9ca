package io.sidetrack.common.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.json.JsonMapper;

/**
 * The only place that configures Jackson for what producers send, and for what contains it, such as DynamoDB's answers.
 *
 * <p>By default, the parsers of a factory share one table of field names. Its hash does not protect it: names of two times four
 * bytes can be made to collide whatever the table's random seed is. 1,300 such names fill the table's overflow area, and from
 * then on <em>every</em> record with one more name of that hash, such as one's own {@code customer}, is rejected as invalid JSON.
 * So the table is switched off. Jackson then parses bytes through a reader, and a parser's location has no byte offset.
 *
 * <p>Measured on two shared cores (Jackson 2.21.2, an object with 40,000 colliding names, 520 KB): 4 to 16 ms without the table.
 * With the table and without its overflow check ({@code FAIL_ON_SYMBOL_HASH_OVERFLOW}), the other remedy, it is 170 to 260 ms.
 */
public final class RecordJson {
    private RecordJson() {}

    /** A new factory's settings: no table of names; names and strings of any length, because a record's size is limited. */
    public static JsonFactoryBuilder factory() {
        return new JsonFactoryBuilder()
                .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNameLength(Integer.MAX_VALUE)
                        .maxStringLength(Integer.MAX_VALUE)
                        .build());
    }

    /** A new mapper's settings, with such a factory. */
    public static JsonMapper.Builder mapper() {
        return JsonMapper.builder(factory().build());
    }
}
