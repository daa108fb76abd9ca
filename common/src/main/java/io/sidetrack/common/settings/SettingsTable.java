package io.sidetrack.common.settings;

import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;

/** Renders a service's settings as the table in {@code docs/settings.md}. A test compares the two. */
public final class SettingsTable {
    private SettingsTable() {}

    /** A Markdown table with a row for every setting, in the order in which they were defined. */
    public static String markdown(ConfigDef definition) {
        StringBuilder table =
                new StringBuilder("| Setting | What it is | Default | Valid |\n| --- | --- | --- | --- |\n");
        for (Map.Entry<String, ConfigKey> entry : definition.configKeys().entrySet()) {
            ConfigKey key = entry.getValue();
            table.append("| `")
                    .append(key.name)
                    .append("` | ")
                    .append(key.documentation.replace("|", "\\|"))
                    .append(" | ")
                    .append(defaultOf(key))
                    .append(" | ")
                    .append(key.validator == null ? "" : key.validator.toString())
                    .append(" |\n");
        }
        return table.toString();
    }

    private static String defaultOf(ConfigKey key) {
        if (!key.hasDefault()) {
            return "required";
        }
        return key.defaultValue == null ? "" : "`" + key.defaultValue + "`";
    }
}
