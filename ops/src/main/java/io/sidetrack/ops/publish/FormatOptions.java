package io.sidetrack.ops.publish;

import io.sidetrack.common.settings.StartupException;
import io.sidetrack.ops.Environment;
import io.sidetrack.ops.PointerText;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Option;

/** What files contain, and how their lines become records. */
public final class FormatOptions {
    private static final String KEY_FORMAT = "WRITER_KAFKA_KEY_FORMAT";

    private final Environment environment;

    /** What a line contains. */
    enum Format {
        JSON,
        DYNAMODB;

        /** As users write it, and as completion proposes it. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "json",
            description =
                    "What files contain: json, one JSON object per line; or dynamodb, an export of a table to S3 in"
                            + " DynamoDB JSON, full or incremental. Default: ${DEFAULT-VALUE}.")
    private Format format;

    @Option(
            names = "--key",
            paramLabel = "/POINTER",
            description = "For json: the JSON pointer to the record's key in each line, such as /order/id.")
    private String key;

    @Option(
            names = "--key-attributes",
            split = ",",
            paramLabel = "NAME",
            description = "For dynamodb: the table's partition key and, if it has one, its sort key. They become the"
                    + " record's key.")
    private List<String> keyAttributes = List.of();

    @Option(
            names = "--key-format",
            paramLabel = "FORMAT",
            description = "For dynamodb: how the record's key contains them: text, json, or auto, which is json with a"
                    + " sort key and otherwise text. Default: WRITER_KAFKA_KEY_FORMAT, or auto.")
    private String keyFormat;

    @Option(
            names = "--timestamp",
            paramLabel = "/POINTER|INSTANT",
            description =
                    "The JSON pointer to the record's timestamp in each line: ms since 1970, or an ISO 8601 instant;"
                            + " or one instant for all records. For an incremental export:"
                            + " /Metadata/WriteTimestampMicros/N, the time of the write. Default: the time of sending.")
    private String timestamp;

    /** @param environment with the writer's own variables */
    public FormatOptions(Environment environment) {
        this.environment = environment;
    }

    /** Whether an option sets the timestamps of records. */
    boolean hasTimestamp() {
        return timestamp != null;
    }

    /** The option that sets the timestamps of records, for messages. */
    String timestampOption() {
        return "--timestamp=" + timestamp;
    }

    /** @throws StartupException if an option is missing or not valid */
    LineFormat lines() {
        LineTimestamp time = LineTimestamp.of(timestamp);
        if (format == Format.JSON) {
            require("--key-attributes", keyAttributes.isEmpty());
            require("--key-format", keyFormat == null);
            if (key == null) {
                throw new StartupException(
                        "--key", "not given", "Name the field with the record's key, such as /order/id.");
            }
            return new PlainLines(PointerText.parse("--key", key), time);
        }
        require("--key", key == null);
        if (keyAttributes.isEmpty()) {
            throw new StartupException(
                    "--key-attributes",
                    "not given",
                    "Name the table's partition key and, if it has one, its sort key, such as id,at.");
        }
        return new ExportLines(new ExportKey(keyAttributes, keyFormat()), time);
    }

    private void require(String option, boolean absent) {
        if (!absent) {
            throw new StartupException(option, "not for --format " + format, "Omit it, or use the other format.");
        }
    }

    private KeyFormat keyFormat() {
        String wanted = environment.orVariable(keyFormat, KEY_FORMAT).orElse("auto");
        return Arrays.stream(KeyFormat.values())
                .filter(one -> one.name().equalsIgnoreCase(wanted))
                .findFirst()
                .orElseThrow(
                        () -> new StartupException("--key-format=" + wanted, "not valid", "Use auto, text or json."));
    }

    /**
     * The records of files.
     *
     * @param maxLineBytes the longest line to hold in memory
     * @throws StartupException if an option is missing or not valid
     */
    public FileRecords records(int maxLineBytes) {
        return new FileRecords(lines(), maxLineBytes);
    }
}
