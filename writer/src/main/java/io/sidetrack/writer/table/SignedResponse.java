package io.sidetrack.writer.table;

import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/**
 * The response to a signed call.
 *
 * @param status the HTTP status
 * @param body the whole body; not copied
 * @param dateText the {@code Date} header
 * @param signer the credentials that the call was signed with
 */
record SignedResponse(int status, byte[] body, Optional<String> dateText, AwsCredentialsIdentity signer) {
    private static final int OK = 200;

    boolean isOk() {
        return status == OK;
    }

    /** The server's time; empty if the header is missing or invalid. */
    Optional<Instant> date() {
        try {
            return dateText.map(text -> Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(text)));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }
}
