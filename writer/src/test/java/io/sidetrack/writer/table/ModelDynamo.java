package io.sidetrack.writer.table;

import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;

/**
 * A table with the partition key {@code id} that executes the guard's statements and puts as DynamoDB does. Not thread-safe.
 */
public final class ModelDynamo {
    /** By text; tests use few. */
    private static final Map<String, ModelStatement> STATEMENTS = new ConcurrentHashMap<>();

    private final Map<String, Map<String, Object>> items = new HashMap<>();
    private final String versionAttribute;
    private final BiConsumer<String, Boolean> written;

    /** @param written is called with the key after each write, and with whether the item's version or tie has become higher */
    public ModelDynamo(String versionAttribute, BiConsumer<String, Boolean> written) {
        this.versionAttribute = versionAttribute;
        this.written = written;
    }

    /** The items by key, each by attribute name; may be changed. */
    public Map<String, Map<String, Object>> items() {
        return items;
    }

    /** Returns an item, by attribute name, from DynamoDB's JSON. */
    public static Map<String, Object> item(String json) {
        return ModelJson.read(json);
    }

    /** Executes a statement. @return its part of the response */
    String execute(Map<String, Object> request) {
        ModelStatement statement = STATEMENTS.computeIfAbsent((String) request.get("Statement"), ModelStatement::new);
        List<Map<String, Object>> parameters = ModelJson.list(request, "Parameters");
        return statement.inserts ? insert(statement, parameters) : update(statement, parameters, request);
    }

    private String insert(ModelStatement statement, List<Map<String, Object>> parameters) {
        Map<String, Object> item = new TreeMap<>();
        for (int i = 0; i < statement.sets.size(); i++) {
            item.put(statement.sets.get(i), parameters.get(i));
        }
        String key = (String) ModelJson.object(item, "id").get("S");
        if (items.containsKey(key)) {
            return "{\"Error\":{\"Code\":\"DuplicateItem\"}}";
        }
        put(key, item);
        return "{}";
    }

    private String update(ModelStatement statement, List<Map<String, Object>> parameters, Map<String, Object> request) {
        String key = (String) parameters.get(statement.equalities.get("id")).get("S");
        Map<String, Object> before = items.get(key);
        if (before == null || !statement.holds(before, parameters)) {
            boolean returns = before != null && "ALL_OLD".equals(request.get("ReturnValuesOnConditionCheckFailure"));
            return "{\"Error\":{\"Code\":\"ConditionalCheckFailed\""
                    + (returns ? ",\"Item\":" + ModelJson.write(before) : "") + "}}";
        }
        Map<String, Object> after = new TreeMap<>(before);
        for (int i = 0; i < statement.sets.size(); i++) {
            after.put(statement.sets.get(i), parameters.get(i));
        }
        statement.removes.forEach(after::remove);
        put(key, after);
        return statement.returnsOld ? "{\"Item\":" + ModelJson.write(before) + "}" : "{}";
    }

    /** Executes the writer's put of a newer item. @return whether its condition holds */
    boolean putIfNewer(Map<String, Object> request) {
        Map<String, Object> item = ModelJson.object(request, "Item");
        String key = (String) ModelJson.object(item, "id").get("S");
        Map<String, Object> before = items.getOrDefault(key, Map.of());
        if (isNewer(before, item)) {
            return false;
        }
        put(key, item);
        return true;
    }

    /** Whether an item has a higher version than another, or the same version and a higher tie. */
    private boolean isNewer(Map<String, Object> one, Map<String, Object> other) {
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

    private static BigDecimal number(Map<String, Object> item, String name) {
        Map<String, Object> value = ModelJson.object(item, name);
        return value != null && value.containsKey("N") ? ModelStatement.number(value) : null;
    }

    private void put(String key, Map<String, Object> item) {
        Map<String, Object> before = items.put(key, item);
        written.accept(key, before == null || isNewer(item, before));
    }
}
