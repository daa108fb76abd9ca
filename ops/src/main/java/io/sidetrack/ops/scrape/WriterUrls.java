package io.sidetrack.ops.scrape;

import java.net.URI;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** The running writers whose metrics are shown. */
public final class WriterUrls {
    private static final String OPTION = "--writer-url";
    private static final MetricsPage PAGE = new MetricsPage(OPTION, "WRITER_HTTP_PORT");

    @Option(
            names = OPTION,
            split = ",",
            paramLabel = "URL,...",
            description =
                    "The HTTP addresses of all writers of the lane, such as http://localhost:8080. Their metrics show how many"
                            + " write units they use together, and why DynamoDB throttles them.")
    private List<URI> urls = List.of();

    /** Whether no writer is named. */
    public boolean isEmpty() {
        return urls.isEmpty();
    }

    /**
     * Checks addresses before any is used.
     *
     * @throws io.sidetrack.common.settings.StartupException if a URL is not the address of an HTTP server
     */
    public void requireHttp() {
        PAGE.requireHttp(urls);
    }

    /**
     * The metrics of all writers in Prometheus text format, by address.
     *
     * @throws io.sidetrack.ops.OpsException if a writer does not respond
     */
    public Map<URI, String> read() {
        return PAGE.read(urls);
    }
}
