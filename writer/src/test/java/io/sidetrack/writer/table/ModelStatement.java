package io.sidetrack.writer.table;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A PartiQL INSERT or UPDATE, as far as the writer uses the language: parsed from its text, so that a test notices a condition
 * that is missing. Immutable.
 */
final class ModelStatement {
    private static final Pattern TOKEN = Pattern.compile("\"(?:[^\"]|\"\")*\"|'[^']*'|<=|[<=?(){},:*]|[A-Za-z]+");

    final boolean inserts;
    /** The names that are set, in the order of their parameters. */
    final List<String> sets = new ArrayList<>();

    final List<String> removes = new ArrayList<>();
    boolean returnsOld;
    /** The parameter that is compared with each attribute by a top-level equality. */
    final Map<String, Integer> equalities = new HashMap<>();

    private BiPredicate<Map<String, Object>, List<Map<String, Object>>> condition = (item, parameters) -> true;

    private final List<String> tokens = new ArrayList<>();
    private int at;
    private int parameter;
    private int depth;

    ModelStatement(String text) {
        Matcher matcher = TOKEN.matcher(text);
        while (matcher.find()) {
            tokens.add(matcher.group());
        }
        inserts = peek().equals("INSERT");
        if (inserts) {
            insert();
        } else {
            update();
        }
        if (at != tokens.size()) {
            throw new IllegalArgumentException("unexpected " + peek() + " in " + text);
        }
    }

    boolean holds(Map<String, Object> item, List<Map<String, Object>> parameters) {
        return condition.test(item, parameters);
    }

    private void insert() {
        expect("INSERT");
        expect("INTO");
        next();
        expect("VALUE");
        expect("{");
        do {
            String name = next();
            sets.add(name.substring(1, name.length() - 1));
            expect(":");
            expect("?");
        } while (accept(","));
        expect("}");
    }

    private void update() {
        expect("UPDATE");
        next();
        expect("SET");
        do {
            sets.add(name());
            expect("=");
            expect("?");
            parameter++;
        } while (accept(","));
        while (accept("REMOVE")) {
            removes.add(name());
        }
        expect("WHERE");
        condition = or();
        if (accept("RETURNING")) {
            expect("ALL");
            expect("OLD");
            expect("*");
            returnsOld = true;
        }
    }

    private BiPredicate<Map<String, Object>, List<Map<String, Object>>> or() {
        var left = and();
        while (accept("OR")) {
            left = left.or(and());
        }
        return left;
    }

    private BiPredicate<Map<String, Object>, List<Map<String, Object>>> and() {
        var left = term();
        while (accept("AND")) {
            left = left.and(term());
        }
        return left;
    }

    private BiPredicate<Map<String, Object>, List<Map<String, Object>>> term() {
        if (accept("(")) {
            depth++;
            var inner = or();
            depth--;
            expect(")");
            return inner;
        }
        String name = name();
        if (accept("IS")) {
            expect("MISSING");
            return (item, parameters) -> !item.containsKey(name);
        }
        String operator = next();
        expect("?");
        int index = parameter++;
        if (depth == 0 && operator.equals("=")) {
            equalities.put(name, index);
        }
        return (item, parameters) -> compares(ModelJson.object(item, name), operator, parameters.get(index));
    }

    /** Values of different types, and missing ones, never compare. */
    private static boolean compares(Map<String, Object> value, String operator, Map<String, Object> with) {
        if (value == null || !type(value).equals(type(with))) {
            return false;
        }
        int order = type(value).equals("N")
                ? number(value).compareTo(number(with))
                : text(value).compareTo(text(with));
        return switch (operator) {
            case "=" -> order == 0;
            case "<" -> order < 0;
            case "<=" -> order <= 0;
            default -> throw new IllegalArgumentException(operator);
        };
    }

    static String type(Map<String, Object> value) {
        return value.keySet().iterator().next();
    }

    private static String text(Map<String, Object> value) {
        return (String) value.values().iterator().next();
    }

    static BigDecimal number(Map<String, Object> value) {
        return new BigDecimal(text(value));
    }

    private String name() {
        String quoted = next();
        return quoted.substring(1, quoted.length() - 1).replace("\"\"", "\"");
    }

    private String peek() {
        return at == tokens.size() ? "" : tokens.get(at);
    }

    private String next() {
        return tokens.get(at++);
    }

    private boolean accept(String token) {
        if (!peek().equals(token)) {
            return false;
        }
        at++;
        return true;
    }

    private void expect(String token) {
        if (!next().equals(token)) {
            throw new IllegalArgumentException("no " + token + " in " + tokens);
        }
    }
}
