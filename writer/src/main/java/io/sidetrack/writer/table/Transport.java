package io.sidetrack.writer.table;

import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/** Carries the calls of one operation to DynamoDB. Thread-safe. */
interface Transport {
    /**
     * Sends a body, without waiting.
     *
     * @return completes with any answer that has a status, on any thread; completed from outside, as by a timeout, it gives
     *     the call up and closes its connection
     */
    CompletableFuture<SignedResponse> post(byte[] body);

    /** Reports that DynamoDB rejects these credentials, so that the next call is signed with new ones. */
    void rejected(AwsCredentialsIdentity signer);
}
