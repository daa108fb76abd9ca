package io.sidetrack.bench.endpoint;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Locale;

/** The table: what it holds, what it can take, and what it answers to each of DynamoDB's writes. Not thread-safe. */
final class Table {
    private static final byte[] WANTS_CAPACITY = "\"ReturnConsumedCapacity\":\"TOTAL\"".getBytes(US_ASCII);

    /** As a condition of the writer's says it. */
    private static final byte[] IF_ABSENT = "attribute_not_exists(#k)".getBytes(US_ASCII);

    private static final int KEY_RANGES = 10;
    /** DynamoDB's own limit for a partition. */
    private static final int RANGE_UNITS = 1000;

    private static final Answer THROTTLED = new Answer(
            400,
            Puts.NONE,
            "{\"__type\":\"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException\","
                    + "\"message\":\"The level of configured provisioned throughput for the table was exceeded\"}");

    private final String name;
    private Keys keys = new Keys(false);
    /** Null for no limit. */
    private Capacity capacity;
    /** Null unless the writes are checked. */
    private Audit audit;

    /**
     * What to answer.
     *
     * @param written the items that are durable with it
     */
    record Answer(int status, Puts written, String body) {}

    Table(String name) {
        this.name = name;
    }

    String description() {
        return ("{\"Table\":{\"TableName\":\"%s\",\"TableStatus\":\"ACTIVE\",\"KeySchema\":[{\"AttributeName\":"
                        + "\"id\",\"KeyType\":\"HASH\"}],\"AttributeDefinitions\":[{\"AttributeName\":"
                        + "\"id\",\"AttributeType\":\"S\"}]}}")
                .formatted(name);
    }

    /** A write has arrived. Nothing of it is in the table until {@link #written}. */
    Answer write(Request request, long nowNanos) {
        Answer answer =
                switch (request.operation()) {
                    case "BatchWriteItem" -> batch(request, nowNanos);
                    case "PutItem" -> put(request, nowNanos);
                    case "BatchExecuteStatement" -> inserts(request, nowNanos);
                    default -> throw new IllegalArgumentException(request.operation() + " is not a write");
                };
        if (audit != null) {
            audit.arrived(answer.written);
        }
        return answer;
    }

    /** A write is answered. */
    void written(Puts puts, long epochMicros) {
        keys.add(puts, epochMicros);
        if (audit != null) {
            audit.answered(puts);
        }
    }

    private Answer batch(Request request, long nowNanos) {
        Puts puts = items(request);
        Puts fitting = fitting(puts, nowNanos);
        if (fitting.count() == 0 && puts.count() > 0) {
            return THROTTLED;
        }
        StringBuilder unprocessed = new StringBuilder("{}");
        if (fitting.count() < puts.count()) {
            unprocessed = new StringBuilder("{\"" + name + "\":[");
            int next = 0;
            for (int i = 0; i < puts.count(); i++) {
                if (next < fitting.count() && fitting.number(next) == puts.number(i)) {
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
        return new Answer(
                200, fitting, "{\"UnprocessedItems\":" + unprocessed + consumed(request, fitting.count(), true) + "}");
    }

    private Answer put(Request request, long nowNanos) {
        Puts puts = items(request);
        if (fitting(puts, nowNanos).count() < puts.count()) {
            return THROTTLED;
        }
        if (keys.has(puts.number(0)) && Bytes.find(request.bytes(), request.bodyAt(), request.end(), IF_ABSENT) >= 0) {
            return new Answer(
                    400,
                    Puts.NONE,
                    "{\"__type\":\"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException\","
                            + "\"message\":\"The conditional request failed\"}");
        }
        String consumed = consumed(request, 1, false);
        return new Answer(200, puts, "{" + (consumed.isEmpty() ? "" : consumed.substring(1)) + "}");
    }

    private Answer inserts(Request request, long nowNanos) {
        Puts puts = Puts.ofStatements(request);
        StringBuilder responses = new StringBuilder();
        Puts written = puts.only(number -> {
            responses.append(responses.isEmpty() ? "" : ",").append("{\"TableName\":\"" + name + "\"");
            boolean fits = fits(number, nowNanos);
            if (!fits) {
                responses.append(",\"Error\":{\"Code\":\"ProvisionedThroughputExceeded\",\"Message\":\"exceeded\"}");
            } else if (keys.has(number)) {
                responses.append(",\"Error\":{\"Code\":\"DuplicateItem\",\"Message\":\"Duplicate primary key\"}");
            }
            responses.append('}');
            return fits && !keys.has(number);
        });
        return new Answer(
                200, written, "{\"Responses\":[" + responses + "]" + consumed(request, written.count(), true) + "}");
    }

    private Puts items(Request request) {
        return audit == null ? Puts.ofItems(request) : Puts.ofVersionedItems(request);
    }

    private boolean fits(int number, long nowNanos) {
        return capacity == null || capacity.take(number, nowNanos);
    }

    /** Those that there is capacity for, in their order. */
    private Puts fitting(Puts puts, long nowNanos) {
        return capacity == null ? puts : puts.only(number -> capacity.take(number, nowNanos));
    }

    private String consumed(Request request, int units, boolean asList) {
        if (Bytes.find(request.bytes(), request.bodyAt(), request.end(), WANTS_CAPACITY) < 0) {
            return "";
        }
        String one = "{\"TableName\":\"" + name + "\",\"CapacityUnits\":" + units + ".0}";
        return ",\"ConsumedCapacity\":" + (asList ? "[" + one + "]" : one);
    }

    /**
     * Serves the bench, and returns what it asks for, or else the counts: {@code /reset} empties the table, {@code
     * /audit/N} empties it and checks the writes of N records of the incident, {@code /findings} returns what was found,
     * {@code /keep-times} empties the table and keeps when each key is written, {@code /times} returns that, {@code /capacity/N}
     * sets the write units per second (0 for no limit), {@code /existing/N} lets the keys below a number exist.
     */
    String steer(String path, long nowNanos) {
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
            keys.existBelow(number(path));
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
