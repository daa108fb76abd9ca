package io.sidetrack.writer.table;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.sidetrack.mapping.item.VersionStamp;
import io.sidetrack.mapping.model.TableSchema;
import io.sidetrack.mapping.model.Write;
import java.io.ByteArrayOutputStream;

/**
 * Makes the body of a PutItem call with a condition on the existing item. If the condition fails, DynamoDB returns that item at
 * no extra cost; its size is needed to know what the failed call was charged. Immutable and thread-safe.
 */
interface ConditionalPut {
    /** The fields that request the consumed capacity, and the existing item if the condition fails. */
    String RETURNS = "\"ReturnConsumedCapacity\":\"TOTAL\",\"ReturnValuesOnConditionCheckFailure\":\"ALL_OLD\"";

    byte[] of(Write write);

    /** Puts the item if its key does not exist. */
    static ConditionalPut ifAbsent(TableSchema schema) {
        byte[] end = (",\"ConditionExpression\":\"attribute_not_exists(#k)\",\"ExpressionAttributeNames\":{\"#k\":"
                        + quoted(schema.partitionKey().name()) + "}," + RETURNS + "}")
                .getBytes(UTF_8);
        byte[] start = start(schema);
        return write -> {
            ByteArrayOutputStream out = new ByteArrayOutputStream(start.length + write.json().length + end.length);
            out.writeBytes(start);
            out.writeBytes(write.json());
            out.writeBytes(end);
            return out.toByteArray();
        };
    }

    /**
     * Puts the item if the existing one is not newer: if it has no version (or one that is not a number), a lower version, or
     * the same version and no higher tie. If a record is sent again because its response was lost, the existing item may be
     * its own, and it is written again.
     */
    static ConditionalPut ifNewer(TableSchema schema, String versionAttribute) {
        byte[] start = start(schema);
        byte[] condition = (",\"ConditionExpression\":\"NOT attribute_type(#v, :n) OR #v < :v OR"
                        + " (#v = :v AND (NOT attribute_type(#t, :n) OR #t <= :t))\","
                        + "\"ExpressionAttributeNames\":{\"#v\":\"" + versionAttribute + "\",\"#t\":\""
                        + VersionStamp.tieAttribute(versionAttribute)
                        + "\"}," + RETURNS + ",\"ExpressionAttributeValues\":{\":n\":{\"S\":\"N\"},\":v\":{\"N\":\"")
                .getBytes(US_ASCII);
        byte[] tie = "\"},\":t\":{\"N\":\"".getBytes(US_ASCII);
        byte[] end = "\"}}}".getBytes(US_ASCII);
        return write -> {
            ByteArrayOutputStream out =
                    new ByteArrayOutputStream(start.length + write.json().length + condition.length + 80);
            out.writeBytes(start);
            out.writeBytes(write.json());
            out.writeBytes(condition);
            out.writeBytes(write.version().number().toString().getBytes(US_ASCII));
            out.writeBytes(tie);
            out.writeBytes(Long.toString(write.version().tie()).getBytes(US_ASCII));
            out.writeBytes(end);
            return out.toByteArray();
        };
    }

    private static String quoted(String name) {
        return '"' + String.valueOf(JsonStringEncoder.getInstance().quoteAsString(name)) + '"';
    }

    private static byte[] start(TableSchema schema) {
        return ("{\"TableName\":\"" + schema.table() + "\",\"Item\":").getBytes(UTF_8);
    }
}
