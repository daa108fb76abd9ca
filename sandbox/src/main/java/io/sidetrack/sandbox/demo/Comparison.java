package io.sidetrack.sandbox.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Compares an item with the JSON that was sent: every field with its type, and numbers with their exact value. */
final class Comparison {
    private Comparison() {}

    static boolean isSame(JsonNode sent, Map<String, AttributeValue> item) {
        if (sent.size() != item.size()) {
            return false;
        }
        for (Map.Entry<String, JsonNode> field : sent.properties()) {
            AttributeValue value = item.get(field.getKey());
            if (value == null || !isSame(field.getValue(), value)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isSame(JsonNode sent, AttributeValue value) {
        return switch (sent.getNodeType()) {
            case STRING -> sent.textValue().equals(value.s());
            case NUMBER -> value.n() != null && sent.decimalValue().compareTo(new BigDecimal(value.n())) == 0;
            case BOOLEAN -> value.bool() != null && sent.booleanValue() == value.bool();
            case NULL -> Boolean.TRUE.equals(value.nul());
            case ARRAY -> value.hasL() && isSame(sent, value.l());
            case OBJECT -> value.hasM() && isSame(sent, value.m());
            default -> false;
        };
    }

    private static boolean isSame(JsonNode sent, List<AttributeValue> list) {
        if (sent.size() != list.size()) {
            return false;
        }
        for (int i = 0; i < list.size(); i++) {
            if (!isSame(sent.get(i), list.get(i))) {
                return false;
            }
        }
        return true;
    }
}
