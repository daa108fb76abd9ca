package io.sidetrack.writer.table;

import java.util.Optional;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttribute;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.SdkHttpRequest;

/**
 * Puts a body that was made elsewhere into a call, before the SDK signs and sends it. Credentials, endpoints, signing,
 * timeouts and the reading of the answer stay the SDK's.
 */
final class PreparedBody implements ExecutionInterceptor {
    /** The body of the call that carries it; calls without it keep their own. */
    static final ExecutionAttribute<byte[]> BODY = new ExecutionAttribute<>("SidetrackPreparedBody");

    @Override
    public SdkHttpRequest modifyHttpRequest(Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
        byte[] body = attributes.getAttribute(BODY);
        return body == null
                ? context.httpRequest()
                : context.httpRequest().toBuilder()
                        .putHeader("Content-Length", Integer.toString(body.length))
                        .build();
    }

    @Override
    public Optional<RequestBody> modifyHttpContent(Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
        byte[] body = attributes.getAttribute(BODY);
        return body == null ? context.requestBody() : Optional.of(RequestBody.fromBytes(body));
    }
}
