package io.sidetrack.ops.verify;

import io.sidetrack.common.settings.EnvironmentSettings;
import io.sidetrack.common.settings.StartupException;
import io.sidetrack.common.topic.TopicFacts;
import io.sidetrack.mapping.model.EmptyIndexKeys;
import io.sidetrack.mapping.model.KafkaKeyFormat;
import io.sidetrack.mapping.model.KeySource;
import io.sidetrack.mapping.settings.GuardSettings;
import io.sidetrack.ops.Environment;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.common.config.ConfigDef;
import picocli.CommandLine.Option;

/** The settings of the lane's writer that decide what an item contains: its own variables, some of them also as options. */
public final class WriterOptions {
    private static final String PREFIX = "WRITER_";
    private static final String KEY_SOURCE = "WRITER_KEY_SOURCE";
    private static final String KAFKA_KEY_FORMAT = "WRITER_KAFKA_KEY_FORMAT";
    private static final String EMPTY_INDEX_KEYS = "WRITER_EMPTY_INDEX_KEYS";
    private static final String TRUST_HEADERS = "WRITER_TRUST_HEADERS";
    private static final String AUTO = "auto";

    private final Environment environment;

    @Option(
            names = "--mode",
            paramLabel = "MODE",
            description = "overwrite, keep-existing or newest-wins. Default: WRITER_MODE, or overwrite.")
    private String mode;

    @Option(
            names = "--lane",
            paramLabel = "LANE",
            description = "live or backfill, which decides between equal versions. Default: WRITER_LANE, or live.")
    private String lane;

    /** @param environment with the writer's own variables */
    public WriterOptions(Environment environment) {
        this.environment = environment;
    }

    /** @throws StartupException if a variable or an option is not valid */
    GuardSettings guard() {
        Map<String, String> variables = new HashMap<>(environment.variables());
        if (mode != null) {
            variables.put(GuardSettings.MODE, mode);
        }
        if (lane != null) {
            variables.put(GuardSettings.LANE, lane);
        }
        return GuardSettings.read(EnvironmentSettings.read(GuardSettings.define(new ConfigDef()), PREFIX, variables));
    }

    KeySource keySource() {
        return constant(KEY_SOURCE, KeySource.VALUE.code(), KeySource.values(), KeySource::code);
    }

    KafkaKeyFormat kafkaKeyFormat() {
        return constant(KAFKA_KEY_FORMAT, KafkaKeyFormat.AUTO.code(), KafkaKeyFormat.values(), KafkaKeyFormat::code);
    }

    EmptyIndexKeys emptyIndexKeys() {
        return constant(EMPTY_INDEX_KEYS, EmptyIndexKeys.REJECT.code(), EmptyIndexKeys.values(), EmptyIndexKeys::code);
    }

    private <T> T constant(String variable, String byDefault, T[] values, Function<T, String> code) {
        String wanted = environment.get(variable).orElse(byDefault).toLowerCase(Locale.ROOT);
        List<String> codes = Arrays.stream(values).map(code).toList();
        return Arrays.stream(values)
                .filter(value -> code.apply(value).equals(wanted))
                .findFirst()
                .orElseThrow(() -> new StartupException(
                        variable + "=" + wanted, "not valid", "Set it to one of " + String.join(", ", codes) + "."));
    }

    /** Whether the writer trusts the headers that only Sidetrack may set in a topic's records. */
    boolean trustsHeaders(TopicFacts topic) {
        String trust = environment.get(TRUST_HEADERS).orElse(AUTO).toLowerCase(Locale.ROOT);
        return switch (trust) {
            case AUTO -> topic.stampsRecords();
            case "true" -> true;
            case "false" -> false;
            default ->
                throw new StartupException(TRUST_HEADERS + "=" + trust, "not valid", "Set it to auto, true or false.");
        };
    }
}
