package io.sidetrack.common.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.json.JsonMapper;

/**
 * The Jackson configuration for JSON from producers, and for JSON that contains it, such as DynamoDB's responses. No other class
 * configures Jackson for these.
 *
 * <p>By default, the parsers of a factory share one table of field names. Its hash does not protect it: names of eight bytes
 * can be made to collide regardless of the table's random seed. 1,300 such names fill the table's overflow area. From then on,
 * <em>every</em> record with another name of that hash, such as a legitimate {@code customer}, is rejected as invalid JSON. The
 * table is therefore disabled. Without it, Jackson parses bytes through a reader, and a parser's location has no byte offset.
 *
 * <p>Parsing an object with 40,000 colliding names (520 KB, Jackson 2.21.2, two shared cores) takes 4 to 16 ms without the table.
 * With the table but without its overflow check ({@code FAIL_ON_SYMBOL_HASH_OVERFLOW}), the alternative, it takes 170 to 260 ms.
 */
public final class RecordJson {
    private RecordJson() {}

    /** A builder of factories without the table of names. Names and strings can have any length, because a record's size is limited. */
    public static JsonFactoryBuilder factory() {
        return new JsonFactoryBuilder()
                .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNameLength(Integer.MAX_VALUE)
                        .maxStringLength(Integer.MAX_VALUE)
                        .build());
    }

    /** A builder of mappers with such a factory. */
    public static JsonMapper.Builder mapper() {
        return JsonMapper.builder(factory().build());
    }
}
