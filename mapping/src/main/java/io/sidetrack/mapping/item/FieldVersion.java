package io.sidetrack.mapping.item;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.filter.FilteringParserDelegate;
import com.fasterxml.jackson.core.filter.JsonPointerBasedFilter;
import com.fasterxml.jackson.core.filter.TokenFilter;
import io.sidetrack.mapping.model.Reason;
import io.sidetrack.mapping.model.RecordHeader;
import io.sidetrack.mapping.model.SourceRecord;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads a record's version from a field of the value: a number, or an ISO-8601 instant, which is converted to milliseconds
 * since 1970. The pointer to it is the same for an item in DynamoDB's JSON: types are not part of it. A tombstone has no value; its version is in the header {@value #HEADER}.
 */
public final class FieldVersion implements VersionSource {
    /** The header of a tombstone's version, in the same format as the field, in UTF-8. */
    public static final String HEADER = "sidetrack-version";

    private static final int NANOS_IN_MS_DIGITS = 6;
    private static final Pattern NUMBER = Pattern.compile("-?[0-9.]+([eE][+-]?[0-9]+)?");

    private final JsonPointer pointer;
    private final FutureLimit limit;
    private final StrictJson json = new StrictJson();

    /** @param pointer the field, such as {@code /updatedAt} */
    public FieldVersion(JsonPointer pointer) {
        this(pointer, FutureLimit.NONE);
    }

    private FieldVersion(JsonPointer pointer, FutureLimit limit) {
        this.pointer = pointer;
        this.limit = limit;
    }

    @Override
    public VersionSource within(FutureLimit other) {
        return new FieldVersion(pointer, other);
    }

    @Override
    public BigDecimal number(SourceRecord source) throws RejectedException {
        if (source.value() == null) {
            return fromHeader(source.headers());
        }
        return ItemMapper.isTyped(source) ? fromAttribute(source.value()) : fromField(source.value());
    }

    private BigDecimal fromHeader(List<RecordHeader> headers) throws RejectedException {
        for (int i = headers.size() - 1; i >= 0; i--) {
            RecordHeader header = headers.get(i);
            if (header.key().equals(HEADER) && header.value() != null) {
                return parse(new String(header.value(), UTF_8), "header " + HEADER);
            }
        }
        throw missing("the tombstone has no header " + HEADER);
    }

    private BigDecimal fromField(byte[] value) throws RejectedException {
        String what = "the version at " + pointer;
        try (JsonParser in = new FilteringParserDelegate(
                json.parser(value),
                new JsonPointerBasedFilter(pointer),
                TokenFilter.Inclusion.ONLY_INCLUDE_ALL,
                false)) {
            JsonToken found = in.nextToken();
            if (found == null) {
                throw missing(what + " is missing");
            }
            if (found != JsonToken.VALUE_STRING && !found.isNumeric()) {
                throw missing(what + " is neither a number nor a string");
            }
            return parse(in.getText(), what);
        } catch (IOException e) {
            throw JsonProblem.rejected(e, "the value");
        }
    }

    private BigDecimal fromAttribute(byte[] item) throws RejectedException {
        String what = "the version at " + pointer;
        try (JsonParser in = json.parser(item)) {
            in.nextToken();
            Optional<String> text = TypedPointer.text(in, pointer);
            return parse(text.orElseThrow(() -> missing(what + " is missing, or neither a number nor a string")), what);
        } catch (IOException e) {
            throw JsonProblem.rejected(e, "the value");
        }
    }

    private BigDecimal parse(String text, String what) throws RejectedException {
        if (NUMBER.matcher(text).matches()) {
            return new BigDecimal(NumberText.canonical(text, what));
        }
        try {
            return limit.require(toMs(OffsetDateTime.parse(text).toInstant()));
        } catch (DateTimeException e) {
            throw missing(what + " is neither a number nor an ISO-8601 instant");
        }
    }

    private static BigDecimal toMs(Instant instant) {
        return BigDecimal.valueOf(instant.getEpochSecond())
                .scaleByPowerOfTen(3)
                .add(BigDecimal.valueOf(instant.getNano(), NANOS_IN_MS_DIGITS))
                .stripTrailingZeros();
    }

    private static RejectedException missing(String message) {
        return new RejectedException(Reason.VERSION_MISSING, message);
    }
}
