package io.sidetrack.writer.table;

/** A DynamoDB operation that writes, and the permission that it needs. */
enum Operation {
    BATCH_WRITE_ITEM("BatchWriteItem", "dynamodb:BatchWriteItem"),
    /** Used only for inserts. */
    BATCH_EXECUTE_STATEMENT("BatchExecuteStatement", "dynamodb:PartiQLInsert"),
    PUT_ITEM("PutItem", "dynamodb:PutItem");

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
}
