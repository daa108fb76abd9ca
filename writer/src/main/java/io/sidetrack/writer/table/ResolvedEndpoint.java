package io.sidetrack.writer.table;

import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.SdkHttpRequest;

/**
 * The endpoint to which the SDK sends its calls. It depends on a dozen variables, on files and on the account of the
 * credentials, so it is taken from the call that describes the table.
 */
final class ResolvedEndpoint implements ExecutionInterceptor {
    private volatile SdkHttpRequest last;

    @Override
    public void beforeTransmission(Context.BeforeTransmission context, ExecutionAttributes attributes) {
        last = context.httpRequest();
    }

    /** The last request that the SDK has sent. */
    SdkHttpRequest last() {
        if (last == null) {
            throw new IllegalStateException("no call was made yet");
        }
        return last;
    }
}
