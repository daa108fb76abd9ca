package io.sidetrack.ops.progress;

import io.sidetrack.common.settings.StartupException;
import io.sidetrack.ops.OpsException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Counts the records of each named backfill, from the metrics of routers since their start. */
final class NamedBackfills {
    private static final Pattern LINE =
            Pattern.compile("sidetrack_router_backfill_records_total\\{backfill=\"((?:[^\"\\\\]|\\\\.)*)\"\\} (\\S+)");

    private NamedBackfills() {}

    /** @throws StartupException if a URL is not the address of an HTTP server */
    static void requireHttp(URI router) {
        if (!("http".equals(router.getScheme()) || "https".equals(router.getScheme())) || router.getHost() == null) {
            throw new StartupException(
                    "--router-url=" + router,
                    "not the address of an HTTP server",
                    "Write it with its scheme, such as http://localhost:8080.");
        }
    }

    /** The sum over all routers, by backfill. */
    static Map<String, Long> read(List<URI> routers) {
        Map<String, Long> records = new TreeMap<>();
        HttpClient client =
                HttpClient.newBuilder().connectTimeout(ProgressCommand.TIMEOUT).build();
        for (URI router : routers) {
            Matcher lines = LINE.matcher(metrics(client, router));
            while (lines.find()) {
                records.merge(lines.group(1), (long) Double.parseDouble(lines.group(2)), Long::sum);
            }
        }
        return records;
    }

    private static String metrics(HttpClient client, URI router) {
        try {
            return client.send(
                            HttpRequest.newBuilder(router.resolve("/metrics"))
                                    .timeout(ProgressCommand.TIMEOUT)
                                    .build(),
                            BodyHandlers.ofString())
                    .body();
        } catch (IOException | IllegalArgumentException e) {
            throw new OpsException(
                    "--router-url=%s does not respond (%s); use the host and the ROUTER_HTTP_PORT of a router"
                            .formatted(router, e.getMessage()),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OpsException("interrupted", e);
        }
    }
}
