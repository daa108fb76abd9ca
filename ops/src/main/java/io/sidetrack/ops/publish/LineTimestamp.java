package io.sidetrack.ops.publish;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import io.sidetrack.common.settings.StartupException;
import io.sidetrack.ops.PointerText;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;

/** The timestamp of the record of a line, in ms since 1970. Immutable. */
final class LineTimestamp {
    private static final String OPTION = "--timestamp";
    /** When the item was written, in microseconds; only in incremental exports of DynamoDB. */
    private static final JsonPointer WRITE_TIME = JsonPointer.compile("/Metadata/WriteTimestampMicros/N");

    private static final Pattern NUMBER = Pattern.compile("\\d{1,18}");

    private final Optional<Long> constantMs;
    private final Optional<JsonPointer> pointer;

    private LineTimestamp(Optional<Long> constantMs, Optional<JsonPointer> pointer) {
        this.constantMs = constantMs;
        this.pointer = pointer;
    }

    /**
     * Reads the value of the option.
     *
     * @param text a JSON pointer into the line, or an instant for all lines; null for the time of sending
     * @throws StartupException if it is neither
     */
    static LineTimestamp of(String text) {
        if (text == null) {
            return new LineTimestamp(Optional.empty(), Optional.empty());
        }
        if (text.isEmpty() || text.startsWith("/")) {
            return new LineTimestamp(Optional.empty(), Optional.of(PointerText.parse(OPTION, text)));
        }
        long ms = instantMs(text);
        if (ms < 0) {
            throw new StartupException(
                    OPTION + "=" + text,
                    "neither a JSON pointer nor an instant from 1970 on",
                    "Write a pointer such as /updatedAt, or an instant such as 2026-01-31T12:00:00Z.");
        }
        return new LineTimestamp(Optional.of(ms), Optional.empty());
    }

    /**
     * The timestamp of a line, in ms since 1970; empty for the time of sending.
     *
     * @param isExport whether the line is in DynamoDB's JSON, in which the digits of a number are a text
     * @throws BadLineException if the line has none
     */
    Optional<Long> of(JsonNode line, boolean isExport) throws BadLineException {
        return pointer.isEmpty() ? constantMs : Optional.of(read(line, pointer.get(), isExport));
    }

    private static long read(JsonNode line, JsonPointer pointer, boolean isExport) throws BadLineException {
        JsonNode time = line.at(pointer);
        long ms = -1;
        if (time.isIntegralNumber() && time.canConvertToLong()) {
            ms = time.longValue();
        } else if (time.isTextual()) {
            boolean isNumber = isExport && pointer.last().matchesProperty("N");
            ms = isNumber && NUMBER.matcher(time.textValue()).matches()
                    ? Long.parseLong(time.textValue())
                    : instantMs(time.textValue());
        }
        if (ms < 0) {
            throw new BadLineException("has no timestamp from 1970 on at " + pointer
                    + ": neither ms since 1970 nor an instant like 2026-01-31T12:00:00Z");
        }
        return isExport && pointer.equals(WRITE_TIME) ? ms / 1000 : ms;
    }

    /** @return negative if the text is not an instant from 1970 on */
    private static long instantMs(String text) {
        try {
            return Instant.parse(text).toEpochMilli();
        } catch (DateTimeException | ArithmeticException e) {
            return -1;
        }
    }
}
