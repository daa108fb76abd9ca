package io.sidetrack.bench.endpoint;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;
import java.util.Locale;

/** The table: its keys, its capacity, and the responses to DynamoDB's writes. Not thread-safe. */
final class Table {
    private static final byte[] RETURN_CAPACITY = "\"ReturnConsumedCapacity\":\"TOTAL\"".getBytes(US_ASCII);

    /** Part of the writer's condition for an item that must not exist. */
    private static final byte[] IF_ABSENT = "attribute_not_exists(#k)".getBytes(US_ASCII);

    private static final int KEY_RANGES = 10;
    /** DynamoDB's limit for a partition. */
    private static final int RANGE_UNITS = 1000;

    private static final Response THROTTLED = new Response(
            400,
            Puts.NONE,
            "{\"__type\":\"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException\","
                    + "\"message\":\"The level of configured provisioned throughput for the table was exceeded\"}");

    private final String name;
    private Keys keys = new Keys(false);
    /** Null for no limit. */
    private Capacity capacity;
    /** Null if writes are not verified. */
    private Audit audit;

    /**
     * The response to a write.
     *
     * @param written the items that the response acknowledges
     */
    record Response(int status, Puts written, String body) {}

    Table(String name) {
        this.name = name;
    }

    String description() {
        return ("{\"Table\":{\"TableName\":\"%s\",\"TableStatus\":\"ACTIVE\",\"KeySchema\":[{\"AttributeName\":"
                        + "\"id\",\"KeyType\":\"HASH\"}],\"AttributeDefinitions\":[{\"AttributeName\":"
                        + "\"id\",\"AttributeType\":\"S\"}]}}")
                .formatted(name);
    }

    /** Processes a write that has arrived. Its items are not in the table until {@link #acknowledged}. */
    Response write(Request request, long nowNanos) {
        Response response =
                switch (request.operation()) {
                    case "BatchWriteItem" -> batch(request, nowNanos);
                    case "PutItem" -> put(request, nowNanos);
                    case "BatchExecuteStatement" -> statements(request, nowNanos);
                    default -> throw new IllegalArgumentException(request.operation() + " is not a write");
                };
        if (audit != null) {
            audit.arrived(response.written);
        }
        return response;
    }

    /** Adds the items of a write when its response is sent. */
    void acknowledged(Puts puts, long epochMicros) {
        keys.add(puts, epochMicros);
        if (audit != null) {
            audit.acknowledged(puts);
        }
    }

    private Response batch(Request request, long nowNanos) {
        Puts puts = items(request);
        Puts accepted = withinCapacity(puts, nowNanos);
        if (accepted.count() == 0 && puts.count() > 0) {
            return THROTTLED;
        }
        StringBuilder unprocessed = new StringBuilder("{}");
        if (accepted.count() < puts.count()) {
            unprocessed = new StringBuilder("{\"" + name + "\":[");
            int next = 0;
            for (int i = 0; i < puts.count(); i++) {
                if (next < accepted.count() && accepted.number(next) == puts.number(i)) {
                    next++;
                } else {
                    unprocessed
                            .append(unprocessed.charAt(unprocessed.length() - 1) == '[' ? "" : ",")
                            .append("{\"PutRequest\":{\"Item\":{\"id\":{\"S\":\"")
                            .append(String.format(Locale.ROOT, "k-%09d", puts.number(i)))
                            .append("\"}}}}");
                }
            }
            unprocessed.append("]}");
        }
        return new Response(
                200,
                accepted,
                "{\"UnprocessedItems\":" + unprocessed + consumed(request, accepted.count(), true) + "}");
    }

    private Response put(Request request, long nowNanos) {
        Puts puts = items(request);
        if (withinCapacity(puts, nowNanos).count() < puts.count()) {
            return THROTTLED;
        }
        boolean newer = keys.existing().newer() && keys.existing().has(puts.number(0));
        boolean ifAbsent = Bytes.find(request.bytes(), request.bodyAt(), request.end(), IF_ABSENT) >= 0;
        if (newer || (ifAbsent && keys.has(puts.number(0)))) {
            return new Response(
                    400,
                    newer ? puts : Puts.NONE,
                    "{\"__type\":\"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException\","
                            + "\"message\":\"The conditional request failed\"}");
        }
        String consumed = consumed(request, 1, false);
        return new Response(200, puts, "{" + (consumed.isEmpty() ? "" : consumed.substring(1)) + "}");
    }

    /** Processes statements. An item that is newer than its record counts as written, so that the record is finished. */
    private Response statements(Request request, long nowNanos) {
        StringBuilder responses = new StringBuilder(16_384).append("{\"Responses\":[");
        int[] finished = new int[25];
        int count = 0;
        int units = 0;
        Statements statements = new Statements(request);
        for (boolean first = true; statements.next(); first = false) {
            int number = statements.number();
            responses
                    .append(first ? "{\"TableName\":\"" : ",{\"TableName\":\"")
                    .append(name)
                    .append('"');
            Result result = execute(statements.kind(), number, nowNanos, responses);
            responses.append('}');
            if (result != Result.FAILED) {
                finished[count++] = number;
                units += result == Result.WRITTEN ? 1 : 0;
            }
        }
        responses.append(']').append(consumed(request, units, true)).append('}');
        return new Response(200, Puts.of(Arrays.copyOf(finished, count)), responses.toString());
    }

    private enum Result {
        WRITTEN,
        STALE,
        FAILED
    }

    private Result execute(Statements.Kind kind, int number, long nowNanos, StringBuilder response) {
        Existing existing = keys.existing();
        if (!fits(number, nowNanos)) {
            response.append(",\"Error\":{\"Code\":\"ProvisionedThroughputExceeded\",\"Message\":\"exceeded\"}");
            return Result.FAILED;
        }
        if (kind == Statements.Kind.INSERT) {
            if (keys.has(number)) {
                response.append(",\"Error\":{\"Code\":\"DuplicateItem\",\"Message\":\"Duplicate primary key\"}");
                return Result.FAILED;
            }
            return Result.WRITTEN;
        }
        // An item that this run has written has the shape of the record.
        int shape = keys.isWritten(number) ? existing.shapeOfRecord(number) : existing.shapeOf(number);
        boolean newer = existing.newer() && existing.has(number);
        boolean sameShape = kind == Statements.Kind.REPLACE || shape == existing.shapeOfRecord(number);
        if (keys.has(number) && !newer && sameShape) {
            response.append(",\"Item\":");
            existing.append(response, number, shape);
            return Result.WRITTEN;
        }
        response.append(
                ",\"Error\":{\"Code\":\"ConditionalCheckFailed\",\"Message\":\"The conditional request failed\"");
        if (keys.has(number)) {
            response.append(",\"Item\":");
            existing.append(response, number, shape);
        }
        response.append('}');
        return newer ? Result.STALE : Result.FAILED;
    }

    private Puts items(Request request) {
        return audit == null ? Puts.ofItems(request) : Puts.ofVersionedItems(request);
    }

    private boolean fits(int number, long nowNanos) {
        return capacity == null || capacity.take(number, nowNanos);
    }

    /** The items for which there is capacity, in order. */
    private Puts withinCapacity(Puts puts, long nowNanos) {
        return capacity == null ? puts : puts.filter(number -> capacity.take(number, nowNanos));
    }

    private String consumed(Request request, int units, boolean asList) {
        if (Bytes.find(request.bytes(), request.bodyAt(), request.end(), RETURN_CAPACITY) < 0) {
            return "";
        }
        String one = "{\"TableName\":\"" + name + "\",\"CapacityUnits\":" + units + ".0}";
        return ",\"ConsumedCapacity\":" + (asList ? "[" + one + "]" : one);
    }

    /**
     * Serves the bench's own requests. {@code /reset} empties the table, {@code /audit/N} empties it and verifies the writes
     * of N records of the incident, {@code /findings} returns the result, {@code /keep-times} empties the table and records
     * the time of each key's first write, {@code /times} returns these times, {@code /capacity/N} sets the write units per
     * second (0 for no limit), and {@code /existing/BELOW/EVERY/SHAPES/NEWER} makes items exist ({@link Existing}). All others
     * return the counts.
     */
    String control(String path, long nowNanos) {
        if (path.equals("/reset")) {
            keys = new Keys(false);
            audit = null;
        } else if (path.startsWith("/audit/")) {
            keys = new Keys(false);
            audit = new Audit(new Orders(number(path)));
        } else if (path.equals("/findings")) {
            return audit.findings().toLine();
        } else if (path.equals("/keep-times")) {
            keys = new Keys(true);
        } else if (path.equals("/times")) {
            return keys.times();
        } else if (path.startsWith("/existing/")) {
            String[] parts = path.split("/", -1);
            keys.exist(new Existing(
                    Integer.parseInt(parts[2]),
                    Integer.parseInt(parts[3]),
                    Integer.parseInt(parts[4]),
                    Boolean.parseBoolean(parts[5])));
        } else if (path.startsWith("/capacity/")) {
            int units = number(path);
            capacity = units == 0 ? null : new Capacity(units, KEY_RANGES, RANGE_UNITS, nowNanos);
        }
        return keys.count(nowNanos);
    }

    private static int number(String path) {
        return Integer.parseInt(path.substring(path.lastIndexOf('/') + 1));
    }
}
