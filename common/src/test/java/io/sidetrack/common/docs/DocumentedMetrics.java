package io.sidetrack.common.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The metrics in the tables of {@code docs/metrics.md}, which other tests compare with what the services expose.
 *
 * @param rows the table row that describes a metric, by the metric's name
 */
record DocumentedMetrics(Map<String, String> rows) {
    private static final Pattern CODE = Pattern.compile("`([^`]*)`");
    private static final Pattern TEXT = Pattern.compile("\"[^\"]*\"|'[^']*'");
    private static final Pattern NAME = Pattern.compile("\\b(?:sidetrack|kafka|jvm|process|system)_\\w+");
    private static final Pattern SELECTOR = Pattern.compile("\\b(sidetrack_\\w+)\\{([^}]*)}");
    private static final Pattern MATCHER = Pattern.compile("(\\w+)\\s*(=~|!~|!=|=)\\s*\"([^\"]*)\"");

    static DocumentedMetrics read() {
        Map<String, String> rows = new HashMap<>();
        Documents.read(Documents.ROOT.resolve("docs/metrics.md"))
                .lines()
                .filter(line -> line.startsWith("| `sidetrack_"))
                .forEach(row -> {
                    Matcher code = CODE.matcher(row.substring(0, row.indexOf('|', 1)));
                    String first = "";
                    while (code.find()) {
                        // After `sidetrack_x_count`, the name `_sum` is short for `sidetrack_x_sum`.
                        boolean isShort = code.group(1).startsWith("_");
                        String name =
                                isShort ? first.substring(0, first.lastIndexOf('_')) + code.group(1) : code.group(1);
                        first = isShort ? first : name;
                        rows.put(name, row);
                    }
                });
        assertThat(rows).hasSizeGreaterThan(30);
        return new DocumentedMetrics(rows);
    }

    /** The metrics in a PromQL expression. */
    Set<String> in(String expression) {
        return new TreeSet<>(NAME.matcher(TEXT.matcher(expression).replaceAll("\"\""))
                .results()
                .map(name -> name.group())
                .toList());
    }

    /** The metrics of Sidetrack that have this label. */
    Set<String> withLabel(String label) {
        Set<String> names = new TreeSet<>();
        rows.forEach((name, row) -> {
            if (row.split("\\|", -1)[2].contains("`" + label + "`")) {
                names.add(name);
            }
        });
        return names;
    }

    /** Fails if a PromQL expression uses a metric, or a label or value of it, that the documentation does not mention. */
    void assertKnown(String where, String expression) {
        assertThat(in(expression)).as("metrics in %s", where).isSubsetOf(rows.keySet());
        Matcher selector = SELECTOR.matcher(expression);
        while (selector.find()) {
            String row = rows.get(selector.group(1));
            Matcher label = MATCHER.matcher(selector.group(2));
            while (label.find()) {
                assertThat(row).as("label in %s", where).contains("`" + label.group(1) + "`");
                if (!label.group(2).endsWith("~")) {
                    assertThat(row).as("label value in %s", where).contains("`" + label.group(3) + "`");
                }
            }
        }
    }
}
