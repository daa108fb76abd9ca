package io.sidetrack.writer.table;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;

/**
 * A table with the partition key {@code id} that executes the guard's statements and puts as DynamoDB does. Not thread-safe.
 */
public final class ModelDynamo {
    static final ObjectMapper JSON = new ObjectMapper();
    /** By text; tests use few. */
    private static final Map<String, ModelStatement> STATEMENTS = new ConcurrentHashMap<>();

    private final Map<String, Map<String, JsonNode>> items = new HashMap<>();
    private final String versionAttribute;
    private final BiConsumer<String, Boolean> written;

    /** @param written is called with the key after each write, and with whether the item's version or tie has become higher */
    public ModelDynamo(String versionAttribute, BiConsumer<String, Boolean> written) {
        this.versionAttribute = versionAttribute;
        this.written = written;
    }

    /** The items by key, each by attribute name; may be changed. */
    public Map<String, Map<String, JsonNode>> items() {
        return items;
    }

    /** The item in DynamoDB's JSON. */
    public static Map<String, JsonNode> item(String json) {
        Map<String, JsonNode> item = new TreeMap<>();
        read(json).properties().forEach(field -> item.put(field.getKey(), field.getValue()));
        return item;
    }

    static JsonNode read(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(json, e);
        }
    }

    /** Executes a statement. @return its part of the response */
    String execute(JsonNode request) {
        ModelStatement statement =
                STATEMENTS.computeIfAbsent(request.get("Statement").asText(), ModelStatement::new);
        JsonNode parameters = request.get("Parameters");
        return statement.inserts ? insert(statement, parameters) : update(statement, parameters, request);
    }

    private String insert(ModelStatement statement, JsonNode parameters) {
        Map<String, JsonNode> item = new TreeMap<>();
        for (int i = 0; i < statement.sets.size(); i++) {
            item.put(statement.sets.get(i), parameters.get(i));
        }
        String key = item.get("id").get("S").asText();
        if (items.containsKey(key)) {
            return "{\"Error\":{\"Code\":\"DuplicateItem\"}}";
        }
        put(key, item);
        return "{}";
    }

    private String update(ModelStatement statement, JsonNode parameters, JsonNode request) {
        String key = parameters.get(statement.equalities.get("id")).get("S").asText();
        Map<String, JsonNode> before = items.get(key);
        if (before == null || !statement.holds(before, parameters)) {
            boolean returns = before != null
                    && request.path("ReturnValuesOnConditionCheckFailure")
                            .asText()
                            .equals("ALL_OLD");
            return "{\"Error\":{\"Code\":\"ConditionalCheckFailed\"" + (returns ? ",\"Item\":" + json(before) : "")
                    + "}}";
        }
        Map<String, JsonNode> after = new TreeMap<>(before);
        for (int i = 0; i < statement.sets.size(); i++) {
            after.put(statement.sets.get(i), parameters.get(i));
        }
        statement.removes.forEach(after::remove);
        put(key, after);
        return statement.returnsOld ? "{\"Item\":" + json(before) + "}" : "{}";
    }

    /** Executes the writer's put of a newer item. @return whether its condition holds */
    boolean putIfNewer(JsonNode request) {
        Map<String, JsonNode> item = new TreeMap<>();
        request.get("Item").properties().forEach(field -> item.put(field.getKey(), field.getValue()));
        String key = item.get("id").get("S").asText();
        Map<String, JsonNode> before = items.getOrDefault(key, Map.of());
        if (isNewer(before, item)) {
            return false;
        }
        put(key, item);
        return true;
    }

    /** Whether an item has a higher version than another, or the same version and a higher tie. */
    private boolean isNewer(Map<String, JsonNode> one, Map<String, JsonNode> other) {
        String tie = versionAttribute + "_tie";
        BigDecimal version = number(one, versionAttribute);
        BigDecimal otherVersion = number(other, versionAttribute);
        if (version == null || otherVersion == null) {
            return version != null;
        }
        int order = version.compareTo(otherVersion);
        return order > 0
                || (order == 0
                        && number(one, tie) != null
                        && (number(other, tie) == null || number(one, tie).compareTo(number(other, tie)) > 0));
    }

    private static BigDecimal number(Map<String, JsonNode> item, String name) {
        JsonNode value = item.get(name);
        return value != null && value.has("N") ? ModelStatement.number(value) : null;
    }

    private void put(String key, Map<String, JsonNode> item) {
        Map<String, JsonNode> before = items.put(key, item);
        written.accept(key, before == null || isNewer(item, before));
    }

    static String json(Map<String, JsonNode> item) {
        ObjectNode node = JSON.createObjectNode();
        item.forEach(node::set);
        return node.toString();
    }
}
