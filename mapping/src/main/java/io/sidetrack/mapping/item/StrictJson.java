package io.sidetrack.mapping.item;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import io.sidetrack.common.json.RecordJson;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Reads and writes JSON in UTF-8, as strictly as the promises require: duplicate fields and NaN are errors, and the
 * encoding is never guessed. Thread-safe.
 */
final class StrictJson {
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private final JsonFactory factory = RecordJson.factory()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            // Without this, the generator escapes surrogate pairs, and an item of emoji is three times as large.
            .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .build())
            .build();

    /**
     * Returns a parser of the whole input, without the byte order mark that it may start with.
     *
     * @param utf8 valid UTF-8; malformed sequences would be replaced
     */
    JsonParser parser(byte[] utf8) throws IOException {
        int start = startsWithByteOrderMark(utf8) ? BYTE_ORDER_MARK.length : 0;
        // The parser gets a string, because it guesses the encoding of bytes. UTF-16 without a byte order mark is often
        // valid UTF-8 (with null bytes), and the parser would read it as UTF-16.
        return factory.createParser(new String(utf8, start, utf8.length - start, UTF_8));
    }

    JsonGenerator generator(OutputStream out) throws IOException {
        return factory.createGenerator(out);
    }

    private static boolean startsWithByteOrderMark(byte[] utf8) {
        return utf8.length >= BYTE_ORDER_MARK.length
                && utf8[0] == BYTE_ORDER_MARK[0]
                && utf8[1] == BYTE_ORDER_MARK[1]
                && utf8[2] == BYTE_ORDER_MARK[2];
    }
}
