package io.sidetrack.writer.table;

/** A DynamoDB operation that writes, and the permission that it needs. */
enum Operation {
    BATCH_WRITE_ITEM("BatchWriteItem", "dynamodb:BatchWriteItem"),
    /** Used for inserts and, in newest-wins, for updates. */
    BATCH_EXECUTE_STATEMENT(
            "BatchExecuteStatement", "dynamodb:PartiQLInsert and (in newest-wins) dynamodb:PartiQLUpdate"),
    PUT_ITEM("PutItem", "dynamodb:PutItem");

    /** More than the JSON of the largest item, of which each byte takes up at most 7.5 characters. */
    private static final int MAX_ITEM_JSON = 4 * 1024 * 1024;

    /** What the response to a batch may have beyond the length of its request. */
    private static final int BATCH_ALLOWANCE = 64 * 1024;

    private final String code;
    private final String permission;

    Operation(String code, String permission) {
        this.code = code;
        this.permission = permission;
    }

    /** The operation's name in the API. */
    String code() {
        return code;
    }

    /** The IAM action that permits the operation. */
    String permission() {
        return permission;
    }

    /**
     * The length up to which a response is read. A batch of statements returns up to 25 existing items, which can be much
     * larger than the items of the request. To bound the memory, such a response is not read, and its items are put on their
     * own; those that are about as large as the new ones are.
     */
    int maxResponseBytes(int requestBytes) {
        return this == PUT_ITEM ? MAX_ITEM_JSON : requestBytes + BATCH_ALLOWANCE;
    }
}
