package io.sidetrack.bench.endpoint;

/**
 * The items that exist from the start, as orders like those of the benchmarks.
 *
 * @param below the keys with lower numbers exist
 * @param every only every n-th of these keys exists
 * @param shapes the number of different sets of attribute names; the shape of a key follows from its number
 * @param newer whether the items are newer than any record
 */
record Existing(int below, int every, int shapes, boolean newer) {
    static final Existing NONE = new Existing(0, 1, 1, false);

    private static final String OLD_VERSION = "1";
    private static final String NEW_VERSION = "9000000000000";

    boolean has(int number) {
        return number < below && number % every == 0;
    }

    /** The shape of the item of a key. It is that of the record of the same number in one of {@code shapes} cases. */
    int shapeOf(int number) {
        return number / shapes % shapes;
    }

    /** The shape of the record of a key, as {@code Backlog} makes it. */
    int shapeOfRecord(int number) {
        return number % shapes;
    }

    /** Appends the item of a key in DynamoDB's JSON, with one of the shapes. */
    void append(StringBuilder to, int number, int shape) {
        to.append("{\"id\":{\"S\":\"k-");
        int padding = 9 - Integer.toString(number).length();
        to.append("000000000", 0, padding)
                .append(number)
                .append(
                        "\"},\"customer\":{\"S\":\"c-123456\"},\"status\":{\"S\":\"shipped\"},\"amount\":{\"N\":\"12.5\"},"
                                + "\"items\":{\"N\":\"3\"},\"paid\":{\"BOOL\":true},\"at\":{\"S\":\"2026-05-12T12:30:00Z\"},"
                                + "\"to\":{\"S\":\"Main Street 12\"},");
        if (shapes > 1) {
            to.append("\"s").append(shape).append("\":{\"N\":\"1\"},");
        }
        to.append("\"sidetrack_version\":{\"N\":\"")
                .append(newer ? NEW_VERSION : OLD_VERSION)
                .append("\"},\"sidetrack_version_tie\":{\"N\":\"1\"},\"sidetrack_version_shape\":{\"S\":\"shape-")
                .append(shape)
                .append("\"}}");
    }
}
