package io.sidetrack.bench.contender;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/** Converts JSON to items, with Jackson's tree model and the SDK's builders. */
final class Items {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Items() {}

    static WriteRequest put(byte[] value) {
        Map<String, AttributeValue> item = of(value);
        return WriteRequest.builder().putRequest(put -> put.item(item)).build();
    }

    static Map<String, AttributeValue> of(byte[] value) {
        try {
            return map(JSON.readTree(value));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, AttributeValue> map(JsonNode object) {
        Map<String, AttributeValue> map = new HashMap<>();
        object.properties().forEach(field -> map.put(field.getKey(), attribute(field.getValue())));
        return map;
    }

    private static AttributeValue attribute(JsonNode node) {
        return switch (node.getNodeType()) {
            case STRING -> AttributeValue.fromS(node.textValue());
            case NUMBER -> AttributeValue.fromN(node.asText());
            case BOOLEAN -> AttributeValue.fromBool(node.booleanValue());
            case OBJECT -> AttributeValue.fromM(map(node));
            case ARRAY -> {
                List<AttributeValue> list = new ArrayList<>();
                node.forEach(element -> list.add(attribute(element)));
                yield AttributeValue.fromL(list);
            }
            default -> AttributeValue.fromNul(true);
        };
    }
}
