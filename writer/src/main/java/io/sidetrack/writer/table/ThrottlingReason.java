package io.sidetrack.writer.table;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.sidetrack.writer.buffer.RetryCause;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * One reason why DynamoDB throttled a call, from the {@code ThrottlingReasons} of an exception. A response with HTTP status
 * 200 (unprocessed items, failed statements) has none.
 *
 * @param reason consists of what is throttled, the operation and the limit, such as
 *     {@code IndexWriteProvisionedThroughputExceeded}; {@value #OTHER} for one that is unknown to this version
 * @param resource the name of the table or index; {@value #OTHER} if it is missing
 */
public record ThrottlingReason(String reason, String resource) {
    static final String OTHER = "(other)";

    /** Stands for reasons and resources beyond a limit. */
    public static final ThrottlingReason OF_OTHERS = new ThrottlingReason(OTHER, OTHER);

    private static final String KEY_RANGE = "KeyRangeThroughputExceeded";
    /** A reason becomes a label of a metric, so that only known ones may pass. */
    private static final Pattern KNOWN = Pattern.compile("(Table|Index)(Read|Write)"
            + "(ProvisionedThroughput|AccountLimit|KeyRangeThroughput|MaxOnDemandThroughput)Exceeded");

    /** Whether an index as a whole is throttled. */
    public boolean isOfIndex() {
        return reason.startsWith("Index") && !isOfKeyRange();
    }

    /** Whether only a key range is throttled, of the table or of an index. */
    boolean isOfKeyRange() {
        return reason.endsWith(KEY_RANGE);
    }

    /** Returns the cause for which a call with these reasons is tried again. */
    static RetryCause cause(List<ThrottlingReason> reasons) {
        if (reasons.isEmpty() || !reasons.stream().allMatch(one -> one.isOfIndex() || one.isOfKeyRange())) {
            return RetryCause.THROTTLED;
        }
        return reasons.stream().anyMatch(ThrottlingReason::isOfIndex)
                ? RetryCause.THROTTLED_INDEX
                : RetryCause.THROTTLED_KEY_RANGE;
    }

    /**
     * Reads the reasons of an exception.
     *
     * @param in positioned at the start of the value; afterwards at its end
     */
    static List<ThrottlingReason> read(JsonParser in) throws IOException {
        List<ThrottlingReason> reasons = new ArrayList<>();
        if (in.currentToken() != JsonToken.START_ARRAY) {
            in.skipChildren();
            return reasons;
        }
        while (in.nextToken() != JsonToken.END_ARRAY) {
            if (in.currentToken() == JsonToken.START_OBJECT) {
                reasons.add(readOne(in));
            } else if (in.currentToken() == null) {
                throw new IOException("the reasons end too early");
            } else {
                in.skipChildren();
            }
        }
        return reasons;
    }

    private static ThrottlingReason readOne(JsonParser in) throws IOException {
        String reason = "";
        String resource = "";
        for (String field = in.nextFieldName(); field != null; field = in.nextFieldName()) {
            boolean isText = in.nextToken() == JsonToken.VALUE_STRING;
            if (isText && field.equals("reason")) {
                reason = in.getText();
            } else if (isText && field.equals("resource")) {
                resource = in.getText();
            } else {
                in.skipChildren();
            }
        }
        // An ARN, such as arn:aws:dynamodb:eu-central-1:123456789012:table/orders/index/by-city.
        String name = resource.substring(resource.lastIndexOf('/') + 1);
        return new ThrottlingReason(KNOWN.matcher(reason).matches() ? reason : OTHER, name.isEmpty() ? OTHER : name);
    }

    @Override
    public String toString() {
        return reason + " of " + resource;
    }
}
