package io.sidetrack.writer.table;

/** An operation of DynamoDB that writes, and the permission that it needs. */
enum Operation {
    BATCH_WRITE_ITEM("BatchWriteItem", "dynamodb:BatchWriteItem"),
    /** Only with inserts. */
    BATCH_EXECUTE_STATEMENT("BatchExecuteStatement", "dynamodb:PartiQLInsert"),
    PUT_ITEM("PutItem", "dynamodb:PutItem");

    private final String code;
    private final String permission;

    Operation(String code, String permission) {
        this.code = code;
        this.permission = permission;
    }

    /** DynamoDB's name for it. */
    String code() {
        return code;
    }

    /** The IAM action that allows it. */
    String permission() {
        return permission;
    }
}
