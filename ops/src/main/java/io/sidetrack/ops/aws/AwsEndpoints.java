package io.sidetrack.ops.aws;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The variables that set the SDK's endpoints. The SDK reports an invalid one with a stack trace only. */
public final class AwsEndpoints {
    /** The remedy for an invalid endpoint. */
    public static final String REMEDY = "write it with its scheme, such as http://localhost:8000";
    /** What is wrong with an invalid endpoint. */
    public static final String PROBLEM = "is not the address of a server, so no client can be created";

    private static final List<String> ENDPOINTS =
            List.of("AWS_ENDPOINT_URL_DYNAMODB", "AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL");

    private AwsEndpoints() {}

    /** The first variable that does not contain the URL of a server; empty if there is none. */
    public static Optional<String> firstInvalid(Map<String, String> environment) {
        return ENDPOINTS.stream()
                .filter(variable -> {
                    String endpoint = environment.getOrDefault(variable, "").trim();
                    return !endpoint.isEmpty() && !isHttp(endpoint);
                })
                .findFirst();
    }

    private static boolean isHttp(String endpoint) {
        try {
            URI uri = new URI(endpoint);
            return ("http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme()))
                    && uri.getHost() != null;
        } catch (URISyntaxException e) {
            return false;
        }
    }
}
