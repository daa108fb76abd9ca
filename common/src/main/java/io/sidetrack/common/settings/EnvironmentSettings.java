package io.sidetrack.common.settings;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;
import org.apache.kafka.common.config.ConfigValue;

/**
 * The settings of one service, read from environment variables that are named exactly as in its {@link ConfigDef}.
 *
 * <p>An empty variable counts as not set, because {@code ${NAME:-}} in a compose file produces one. A variable with the service's
 * prefix that is not a setting is reported in {@link #unknown()} and not rejected: a Kubernetes service called {@code writer} puts
 * {@code WRITER_SERVICE_HOST} into every pod.
 */
public final class EnvironmentSettings {
    private final AbstractConfig values;
    private final List<String> unknown;

    private EnvironmentSettings(AbstractConfig values, List<String> unknown) {
        this.values = values;
        this.unknown = List.copyOf(unknown);
    }

    /**
     * Reads and validates every setting of {@code definition}.
     *
     * @param prefix the prefix of this service's settings, such as {@code WRITER_}
     * @throws StartupException naming the first setting (in alphabetical order) that is missing or has an invalid value
     */
    public static EnvironmentSettings read(ConfigDef definition, String prefix, Map<String, String> environment) {
        Map<String, String> given = new HashMap<>();
        List<String> unknown = new ArrayList<>();
        new TreeMap<>(environment).forEach((name, value) -> {
            if (definition.configKeys().containsKey(name)) {
                if (!value.isBlank()) {
                    given.put(name, value.trim());
                }
            } else if (name.startsWith(prefix)) {
                unknown.add(name);
            }
        });
        for (ConfigValue value : definition.validate(given)) {
            if (!value.errorMessages().isEmpty()) {
                throw invalid(definition.configKeys().get(value.name()), given.get(value.name()));
            }
        }
        return new EnvironmentSettings(new AbstractConfig(definition, given, false), unknown);
    }

    private static StartupException invalid(ConfigKey key, String given) {
        String subject = given == null ? key.name : key.name + "=" + given;
        String problem = given == null ? "not set" : "not valid";
        String kind = key.type.name().toLowerCase(Locale.ROOT) + (key.validator == null ? "" : " " + key.validator);
        return new StartupException(subject, problem, "Set it (" + kind + "): " + key.documentation);
    }

    /** Names with the service's prefix that are not settings, sorted. They are probably misspelt. */
    public List<String> unknown() {
        return unknown;
    }

    /** The value of a text setting; null if it has neither a value nor a default. */
    public String text(String name) {
        return values.getString(name);
    }

    /** The value of a whole-number setting of type INT. */
    public int number(String name) {
        return values.getInt(name);
    }

    /** The value of a whole-number setting of type LONG. */
    public long longNumber(String name) {
        return values.getLong(name);
    }

    /** The value of a setting of type DOUBLE. */
    public double decimal(String name) {
        return values.getDouble(name);
    }

    /** The values of a setting of type LIST, without white space around them; empty if there are none. */
    public List<String> list(String name) {
        return values.getList(name);
    }

    /** The value of an on-off setting. */
    public boolean flag(String name) {
        return values.getBoolean(name);
    }
}
