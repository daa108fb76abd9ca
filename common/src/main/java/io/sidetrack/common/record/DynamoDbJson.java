package io.sidetrack.common.record;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;

/**
 * The header by which a producer marks a value that is an item in DynamoDB's JSON, such as {@code {"id":{"S":"a"}}}, instead of a
 * plain JSON object. Any other content type, and none, means plain JSON.
 */
public final class DynamoDbJson {
    /** The header's name. If it occurs several times, the last one counts. */
    public static final String HEADER = "content-type";

    /** The header's value, as text. */
    public static final String CONTENT_TYPE = "application/x-amz-json";

    private static final byte[] VALUE = CONTENT_TYPE.getBytes(US_ASCII);

    private DynamoDbJson() {}

    /** The header's value. */
    public static byte[] value() {
        return VALUE.clone();
    }

    /** True if this value of the header marks an item; it may be null. */
    public static boolean isMark(byte[] value) {
        return Arrays.equals(VALUE, value);
    }
}
