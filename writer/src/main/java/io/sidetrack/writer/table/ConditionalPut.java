package io.sidetrack.writer.table;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.sidetrack.writer.item.VersionStamp;
import io.sidetrack.writer.model.TableSchema;
import io.sidetrack.writer.model.Write;
import java.io.ByteArrayOutputStream;

/**
 * The body of a PutItem call that takes effect only if nothing newer is there. If something is, DynamoDB returns it, at no
 * cost: the failed call is charged by its size. Immutable, and so safe for any thread.
 */
interface ConditionalPut {
    /** Ends the body: what to return of a call that takes effect, and of one that does not. */
    String RETURNS = "\"ReturnConsumedCapacity\":\"TOTAL\",\"ReturnValuesOnConditionCheckFailure\":\"ALL_OLD\"";

    byte[] of(Write write);

    /** If the key does not exist. */
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
     * If what is there is not newer: it has no version (or one that is no number), a lower one, or the same and is not to
     * win the tie. The same record once more, whose first answer was lost, meets itself and is written again.
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
