package io.sidetrack.writer.table;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sidetrack.mapping.item.ItemJson;
import io.sidetrack.mapping.model.KeyAttribute;
import io.sidetrack.mapping.model.TableSchema;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The statements for items with the same attribute names in the same order. The names become part of the statements' text, and
 * the values become parameters, so that the texts are made once for each shape. Immutable.
 */
final class Shape {
    /** Characters of a statement's text (API reference, BatchStatementRequest). */
    private static final int MAX_TEXT = 8192;
    /** The attributes that an update sets or removes. An expression may have 300 operators (service quotas). */
    private static final int MAX_OPERATORS = 250;

    private static final String PARAMETERS = "\",\"Parameters\":[";
    private static final byte[] NONE = new byte[0];
    private static final byte[] END = "]}".getBytes(UTF_8);
    private static final byte[] END_WITH_EXISTING_ITEM =
            "],\"ReturnValuesOnConditionCheckFailure\":\"ALL_OLD\"}".getBytes(UTF_8);
    /** An update returns the attributes that the item had, so that those that it leaves are noticed. */
    private static final String RETURNING_OLD = " RETURNING ALL OLD *";

    private final Set<String> names;
    private final Optional<GuardAttributes> guard;
    private final String returning;
    private final Optional<byte[]> insertHead;
    private final int[] insertOrder;
    /** Assigns all attributes except the key; empty if there is no such statement. */
    private final Optional<String> assignments;

    private final String whereKey;
    private final byte[] updateHead;
    private final int[] updateOrder;
    private final int[] replaceOrder;

    /**
     * @param list the names as they are in JSON, in the item's order
     * @param guard empty if existing items are kept, so that there are no updates
     * @param returnsOld whether updates return the attributes that the item had
     */
    Shape(List<String> list, TableSchema schema, Optional<GuardAttributes> guard, boolean returnsOld) {
        this.names = new HashSet<>(list);
        this.guard = guard;
        this.returning = returnsOld ? RETURNING_OLD : "";
        this.insertHead = insertText(list, schema.table()).map(Shape::head);
        this.insertOrder = IntStream.range(0, list.size()).toArray();
        List<String> key =
                schema.keyAttributes().stream().map(KeyAttribute::name).toList();
        this.whereKey = whereKey(key);
        List<Integer> order = new ArrayList<>();
        StringBuilder text = new StringBuilder("UPDATE \"" + schema.table() + "\" SET ");
        for (int i = 0; i < list.size(); i++) {
            if (!key.contains(list.get(i))) {
                text.append(order.isEmpty() ? "" : ",")
                        .append(identifier(list.get(i)))
                        .append("=?");
                order.add(i);
            }
        }
        boolean expressible = order.size() <= MAX_OPERATORS
                && list.stream().allMatch(Shape::isPlain)
                && guard.filter(attributes ->
                                names.containsAll(List.of(attributes.version(), attributes.tie(), attributes.shape())))
                        .isPresent();
        key.forEach(name -> order.add(list.indexOf(name)));
        this.replaceOrder = toArray(order);
        String update = expressible ? text + whereKey + whereOlder(guard.orElseThrow(), list, order) + returning : "";
        this.assignments = expressible && update.length() <= MAX_TEXT ? Optional.of(text.toString()) : Optional.empty();
        this.updateHead = head(update);
        this.updateOrder = toArray(order);
    }

    /** The condition that the item is older, or the same, and has these attributes; adds its parameters to the order. */
    private static String whereOlder(GuardAttributes guard, List<String> list, List<Integer> order) {
        int version = list.indexOf(guard.version());
        order.add(version);
        order.add(version);
        order.add(list.indexOf(guard.tie()));
        order.add(list.indexOf(guard.shape()));
        String name = identifier(guard.version());
        return " AND (" + name + "<? OR (" + name + "=? AND " + identifier(guard.tie()) + "<=?)) AND "
                + identifier(guard.shape()) + "=?";
    }

    /** The INSERT, which fails with {@code DuplicateItem} if the key exists; empty if there is no such statement. */
    Optional<ItemStatement> insert(byte[] item, ItemJson.Spans spans) {
        return insertHead.map(head -> new ItemStatement(head, item, spans, insertOrder, NONE, END));
    }

    /**
     * The UPDATE of an existing item that is older, or is the result of the same record, and has the same attributes. It fails
     * with {@code ConditionalCheckFailed} otherwise. Empty if there is no such statement.
     */
    Optional<ItemStatement> update(byte[] item, ItemJson.Spans spans) {
        return assignments.map(
                text -> new ItemStatement(updateHead, item, spans, updateOrder, NONE, END_WITH_EXISTING_ITEM));
    }

    /**
     * The UPDATE that replaces an item with other attributes, provided that its version, tie and fingerprint are still those
     * that were seen. Empty if there is no such statement.
     */
    Optional<ItemStatement> replace(byte[] item, ItemJson.Spans spans, StoredItem seen) {
        if (assignments.isEmpty() || !seen.isComparable()) {
            return Optional.empty();
        }
        StringBuilder text = new StringBuilder(assignments.get());
        int operators = names.size();
        for (String name : seen.names()) {
            if (!names.contains(name)) {
                if (!isPlain(name) || ++operators > MAX_OPERATORS) {
                    return Optional.empty();
                }
                text.append(" REMOVE ").append(identifier(name));
            }
        }
        StringBuilder parameters = new StringBuilder();
        GuardAttributes attributes = guard.orElseThrow();
        text.append(whereKey);
        where(attributes.version(), seen.version(), text, parameters);
        where(attributes.tie(), seen.tie(), text, parameters);
        where(attributes.shape(), seen.shape(), text, parameters);
        text.append(returning);
        if (text.length() > MAX_TEXT) {
            return Optional.empty();
        }
        return Optional.of(new ItemStatement(
                head(text.toString()),
                item,
                spans,
                replaceOrder,
                parameters.toString().getBytes(UTF_8),
                END_WITH_EXISTING_ITEM));
    }

    private static void where(
            String name, Optional<StoredItem.Value> seen, StringBuilder text, StringBuilder parameters) {
        text.append(" AND ").append(identifier(name)).append(seen.isPresent() ? "=?" : " IS MISSING");
        seen.ifPresent(value -> parameters.append(',').append(value.json()));
    }

    /** Whether its updates return the attributes that the item had. */
    boolean returnsOld() {
        return !returning.isEmpty();
    }

    /** Whether the shape has an attribute of this name. */
    boolean has(String name) {
        return names.contains(name);
    }

    private static Optional<String> insertText(List<String> list, String table) {
        StringBuilder text = new StringBuilder("INSERT INTO \"" + table + "\" VALUE {");
        for (int i = 0; i < list.size(); i++) {
            if (!isAscii(list.get(i))) {
                return Optional.empty();
            }
            text.append(i == 0 ? "'" : ",'").append(list.get(i)).append("':?");
        }
        text.append('}');
        return text.length() <= MAX_TEXT ? Optional.of(text.toString()) : Optional.empty();
    }

    private static String whereKey(List<String> key) {
        StringBuilder text = new StringBuilder(" WHERE ");
        for (String name : key) {
            text.append(text.length() == 7 ? "" : " AND ")
                    .append(identifier(name))
                    .append("=?");
        }
        return text.toString();
    }

    private static String identifier(String name) {
        return '"' + name + '"';
    }

    /** The text as JSON. It contains no character but the quote that would need escaping. */
    private static byte[] head(String text) {
        return ("{\"Statement\":\"" + text.replace("\"", "\\\"") + PARAMETERS).getBytes(UTF_8);
    }

    /** Whether a name means the same within quotes in a PartiQL text as in JSON. */
    private static boolean isAscii(String name) {
        return name.chars().allMatch(c -> c >= ' ' && c <= '~' && c != '\\' && c != '\'' && c != '"');
    }

    /**
     * Whether an UPDATE can have this name. DynamoDB takes names that start with '#' or ':' for placeholders, and does not
     * document whether a quoted dot or bracket is part of a path.
     */
    private static boolean isPlain(String name) {
        return isAscii(name)
                && name.chars().noneMatch(c -> c == '.' || c == '[' || c == ']')
                && name.charAt(0) != '#'
                && name.charAt(0) != ':';
    }

    private static int[] toArray(List<Integer> list) {
        return list.stream().mapToInt(Integer::intValue).toArray();
    }
}
