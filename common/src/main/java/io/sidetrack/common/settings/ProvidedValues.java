package io.sidetrack.common.settings;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;

/** The values with which Kafka's configuration providers replace variables such as <code>${file:/run/secret:password}</code>. */
final class ProvidedValues {
    private static final String PROVIDERS = "config.providers";
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{[^}]*+}");

    private ProvidedValues() {}

    /**
     * Calls the providers that the properties configure, as a client with these properties does.
     *
     * @return by property, the values of its variables and the whole value; empty if a provider fails, which the client reports
     *     itself
     */
    static Map<String, List<String>> of(Map<String, Object> properties) {
        Map<String, List<String>> provided = new HashMap<>();
        if (!properties.containsKey(PROVIDERS)) {
            return provided;
        }
        Map<String, Object> resolved;
        try {
            resolved = new AbstractConfig(new ConfigDef(), properties, Map.of(), false).originals();
        } catch (RuntimeException e) {
            return provided;
        }
        properties.forEach((name, given) -> {
            Object value = resolved.get(name);
            if (given instanceof String template && value instanceof String whole && !whole.equals(template)) {
                provided.put(name, values(template, whole));
            }
        });
        return provided;
    }

    private static List<String> values(String template, String whole) {
        List<String> values = new ArrayList<>();
        StringBuilder around = new StringBuilder();
        Matcher variable = VARIABLE.matcher(template);
        int end = 0;
        while (variable.find()) {
            around.append(Pattern.quote(template.substring(end, variable.start())))
                    .append("(.*?)");
            end = variable.end();
        }
        around.append(Pattern.quote(template.substring(end)));
        Matcher value = Pattern.compile(around.toString(), Pattern.DOTALL).matcher(whole);
        if (value.matches()) {
            for (int i = 1; i <= value.groupCount(); i++) {
                values.add(value.group(i));
            }
        } else {
            values.add(whole);
        }
        return values;
    }
}
