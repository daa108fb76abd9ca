package io.sidetrack.writer.table;

import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/** Sends the calls of one operation to DynamoDB. Thread-safe. */
interface Transport {
    /**
     * Sends a body, without waiting.
     *
     * @return completes with any response that has a status, on any thread; if the caller completes it, for example by a
     *     timeout, the call is abandoned and its connection closed
     */
    CompletableFuture<SignedResponse> post(byte[] body);

    /** Reports that DynamoDB rejects these credentials, so that the next call is signed with new ones. */
    void rejected(AwsCredentialsIdentity signer);
}
