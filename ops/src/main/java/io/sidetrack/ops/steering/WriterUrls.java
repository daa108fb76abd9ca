package io.sidetrack.ops.steering;

import io.sidetrack.ops.MetricsPage;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import picocli.CommandLine.Option;

/** The running writers whose use of write units is shown. */
public final class WriterUrls {
    private static final String OPTION = "--writer-url";
    private static final MetricsPage PAGE = new MetricsPage(OPTION, "WRITER_HTTP_PORT");

    @Option(
            names = OPTION,
            split = ",",
            paramLabel = "URL,...",
            description =
                    "The HTTP addresses of all writers of the backfill lane, such as http://localhost:8080. Shows the"
                            + " limit of the group, and the write units that these instances use together.")
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
        urls.forEach(PAGE::requireHttp);
    }

    /**
     * Reads the metrics of all writers.
     *
     * @throws io.sidetrack.ops.OpsException if a writer does not respond
     */
    public UnitsReading read(LongSupplier nanoClock) {
        Map<URI, UnitsReading.Instance> instances = new LinkedHashMap<>();
        for (URI url : urls) {
            Map<String, Double> metrics = MetricsPage.withoutLabels(PAGE.read(url));
            instances.put(
                    url,
                    new UnitsReading.Instance(
                            metrics.getOrDefault("sidetrack_writer_write_units_total", 0.0),
                            metrics.getOrDefault("sidetrack_writer_lane_write_unit_limit", Double.NaN)));
        }
        return new UnitsReading(nanoClock.getAsLong(), instances);
    }
}
