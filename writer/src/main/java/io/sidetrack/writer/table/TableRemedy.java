package io.sidetrack.writer.table;

/** The remedies for errors that only an operator can fix, as part of a log message. */
final class TableRemedy {
    private static final String SUFFIX = "Exception";

    private TableRemedy() {}

    /** @param code an error code of DynamoDB or of {@link Failure}, with or without the suffix {@code Exception} */
    static String of(String code, Operation operation) {
        String name = code.endsWith(SUFFIX) ? code.substring(0, code.length() - SUFFIX.length()) : code;
        return switch (name) {
            case "AccessDenied" -> "Allow " + operation.permission() + " on the table.";
            case "ResourceNotFound" -> "Create the table, or correct WRITER_TABLE, AWS_REGION or the credentials.";
            case "ExpiredToken" -> "Renew the AWS credentials at their source.";
            case "UnrecognizedClient", "InvalidClientTokenId", "MissingAuthenticationToken" ->
                "Correct the AWS credentials.";
            case "InvalidSignature",
                    "SignatureDoesNotMatch",
                    "RequestExpired",
                    "RequestTimeTooSkewed",
                    "RequestInTheFuture" -> "Correct this machine's clock, or the AWS credentials.";
            case Failure.NO_CREDENTIALS -> "Check the source of the AWS credentials.";
            case Failure.OTHER_KEY_SCHEMA -> "Restart the writer, so that it reads the table's key schema again.";
            default -> "Check the table, the AWS credentials and their permission " + operation.permission() + ".";
        };
    }
}
