package io.sidetrack.ops.progress;

import io.sidetrack.ops.scrape.MetricsPage;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Counts the records of each named backfill, from the metrics of routers since their start. */
final class NamedBackfills {
    /** The option that names the routers. */
    static final String OPTION = "--router-url";

    private static final Pattern LINE =
            Pattern.compile("sidetrack_router_backfill_records_total\\{backfill=\"((?:[^\"\\\\]|\\\\.)*)\"\\} (\\S+)");
    private static final MetricsPage PAGE = new MetricsPage(OPTION, "ROUTER_HTTP_PORT");

    private NamedBackfills() {}

    /** @throws io.sidetrack.common.settings.StartupException if a URL is not the address of an HTTP server */
    static void requireHttp(List<URI> routers) {
        PAGE.requireHttp(routers);
    }

    /** The sum over all routers, by backfill. */
    static Map<String, Long> read(List<URI> routers) {
        Map<String, Long> records = new TreeMap<>();
        for (String metrics : PAGE.read(routers).values()) {
            Matcher lines = LINE.matcher(metrics);
            while (lines.find()) {
                records.merge(lines.group(1), (long) Double.parseDouble(lines.group(2)), Long::sum);
            }
        }
        return records;
    }
}
