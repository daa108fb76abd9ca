package io.sidetrack.mapping.item;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.sidetrack.mapping.model.KeyAttribute;
import io.sidetrack.mapping.model.KeyType;
import io.sidetrack.mapping.model.TableSchema;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The size of an item that DynamoDB returns, by the documented rules. */
class ItemSizeTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{}                                                     | 0",
                "{\"a\":{\"S\":\"xyz\"}}                                | 4",
                "{\"ä\":{\"S\":\"\uD83D\uDE00\u20AC\"}}                 | 9",
                "{\"a\":{\"N\":\"12345\"}}                              | 5",
                "{\"a\":{\"N\":\"-0.0012300\"}}                         | 4",
                "{\"a\":{\"N\":\"1E+20\"}}                              | 3",
                "{\"a\":{\"N\":\"0\"}}                                  | 3",
                "{\"a\":{\"B\":\"AAECAw==\"}}                           | 5",
                "{\"a\":{\"BOOL\":true},\"b\":{\"NULL\":true}}          | 4",
                "{\"a\":{\"L\":[{\"S\":\"x\"},{\"NULL\":true}]}}        | 8",
                "{\"a\":{\"M\":{\"bc\":{\"S\":\"x\"}}}}                 | 8",
                "{\"a\":{\"SS\":[\"x\",\"yz\"]},\"b\":{\"NS\":[\"7\"]}} | 7",
                "{\"a\":{\"BS\":[\"AAEC\",\"AA==\"]}}                   | 5",
                "{\"a\":{\"NEW\":[[{\"x\":1}]]},\"b\":{\"S\":7},\"c\":[1]} | 3",
            })
    void sizeOfEveryTypeIsTheDocumentedOne(String item, long bytes) throws IOException {
        assertThat(size(item)).isEqualTo(bytes);
    }

    /** DynamoDB returns the item that the mapper encoded, so both sizes must be equal. */
    @Test
    void sizeEqualsThatOfTheEncoder() throws Exception {
        TableSchema schema = new TableSchema("t", new KeyAttribute("id", KeyType.S, 2048), Optional.empty());
        byte[] value = ("{\"id\":\"k\",\"text\":\"" + "ä".repeat(700) + "\",\"list\":[1,2.5,{\"m\":[true,null,\"x\"]}],"
                        + "\"number\":-123.456}")
                .getBytes(UTF_8);
        FastItemEncoder item = new FastItemEncoder(value, schema, FastItemEncoder.Names.of(schema, Set.of()));
        assertThat(item.encode()).isTrue();
        assertThat(size(new String(item.json(), UTF_8))).isEqualTo(item.bytes());
    }

    @Test
    void parserIsAtTheEndOfTheItemAfterwards() throws IOException {
        try (JsonParser in = new JsonFactory().createParser("{\"Item\":{\"a\":{\"S\":\"x\"}},\"message\":\"m\"}")) {
            in.nextToken();
            in.nextToken();
            in.nextToken();
            assertThat(ItemSize.read(in)).isEqualTo(2);
            assertThat(in.currentToken()).isEqualTo(JsonToken.END_OBJECT);
            assertThat(in.nextFieldName()).isEqualTo("message");
        }
    }

    private static long size(String item) throws IOException {
        try (JsonParser in = new JsonFactory().createParser(item)) {
            in.nextToken();
            return ItemSize.read(in);
        }
    }
}
