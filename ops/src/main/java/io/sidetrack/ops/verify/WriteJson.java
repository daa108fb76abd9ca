package io.sidetrack.ops.verify;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.sidetrack.common.json.RecordJson;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Reads the item of a write, which is in DynamoDB's JSON, such as {@code {"id":{"S":"a"}}}. Thread-safe. */
final class WriteJson {
    private final JsonFactory json = RecordJson.factory().build();

    /**
     * The attributes of an item.
     *
     * @param item as the mapping has written it
     */
    Map<String, AttributeValue> attributes(byte[] item) {
        try (JsonParser in = json.createParser(item)) {
            in.nextToken();
            return map(in);
        } catch (IOException e) {
            throw new IllegalStateException("the mapping has written an item that is not JSON", e);
        }
    }

    /** @param in at the opening brace; afterwards, at the closing one */
    private static Map<String, AttributeValue> map(JsonParser in) throws IOException {
        Map<String, AttributeValue> map = new LinkedHashMap<>();
        while (in.nextToken() != JsonToken.END_OBJECT) {
            String name = in.currentName();
            in.nextToken();
            map.put(name, value(in));
        }
        return map;
    }

    private static AttributeValue value(JsonParser in) throws IOException {
        in.nextToken();
        String type = in.currentName();
        in.nextToken();
        AttributeValue value =
                switch (type) {
                    case "S" -> AttributeValue.fromS(in.getText());
                    case "N" -> AttributeValue.fromN(in.getText());
                    case "B" -> AttributeValue.fromB(binary(in.getText()));
                    case "BOOL" -> AttributeValue.fromBool(in.getBooleanValue());
                    case "NULL" -> AttributeValue.fromNul(true);
                    case "M" -> AttributeValue.fromM(map(in));
                    case "L" -> AttributeValue.fromL(list(in));
                    case "SS" -> AttributeValue.fromSs(texts(in));
                    case "NS" -> AttributeValue.fromNs(texts(in));
                    case "BS" ->
                        AttributeValue.fromBs(
                                texts(in).stream().map(WriteJson::binary).toList());
                    default -> throw new IOException("type " + type);
                };
        in.nextToken();
        return value;
    }

    private static List<AttributeValue> list(JsonParser in) throws IOException {
        List<AttributeValue> list = new ArrayList<>();
        while (in.nextToken() != JsonToken.END_ARRAY) {
            list.add(value(in));
        }
        return list;
    }

    private static List<String> texts(JsonParser in) throws IOException {
        List<String> list = new ArrayList<>();
        while (in.nextToken() != JsonToken.END_ARRAY) {
            list.add(in.getText());
        }
        return list;
    }

    private static SdkBytes binary(String base64) {
        return SdkBytes.fromByteArrayUnsafe(Base64.getDecoder().decode(base64));
    }
}
