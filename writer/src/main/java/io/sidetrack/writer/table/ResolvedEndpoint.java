package io.sidetrack.writer.table;

import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.SdkHttpRequest;

/**
 * Where the SDK sends its calls. Which endpoint that is follows from a dozen variables, files and the account of the
 * credentials; so the SDK is asked by watching the call that describes the table.
 */
final class ResolvedEndpoint implements ExecutionInterceptor {
    private volatile SdkHttpRequest last;

    @Override
    public void beforeTransmission(Context.BeforeTransmission context, ExecutionAttributes attributes) {
        last = context.httpRequest();
    }

    /** The request that the SDK has sent last, signed and addressed. */
    SdkHttpRequest last() {
        if (last == null) {
            throw new IllegalStateException("no call was made yet");
        }
        return last;
    }
}
