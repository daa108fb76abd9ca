package io.sidetrack.bench;

import java.util.Locale;
import java.util.OptionalLong;

/**
 * The measurements of one contender in one case.
 *
 * @param inFlight batches in flight; 0 for a contender with one call at a time
 * @param ceiling the records per second that the latency permits
 * @param records the number of measured records
 * @param perSecond records per second
 * @param itemsPerCall the average number of items per call
 * @param cpuPerMillion CPU seconds of the contender's process per million records
 * @param peakMemory the peak of the resident memory in bytes
 */
record Result(
        String contender,
        long latencyMs,
        int inFlight,
        double ceiling,
        long records,
        double perSecond,
        double itemsPerCall,
        double cpuPerMillion,
        OptionalLong peakMemory) {

    static final String HEAD = """
            | latency | in flight | contender | records | records/s | of the ceiling | items/call | CPU s per million | peak memory |
            |--:|--:|:--|--:|--:|--:|--:|--:|--:|""";

    String row() {
        return String.format(
                Locale.ROOT,
                "| %d ms | %s | %s | %,d | %,.0f | %.1f %% | %.1f | %.1f | %s |",
                latencyMs,
                inFlight == 0 ? "1" : Integer.toString(inFlight),
                contender,
                records,
                perSecond,
                100 * perSecond / ceiling,
                itemsPerCall,
                cpuPerMillion,
                megabytes(peakMemory));
    }

    /** A number of bytes in megabytes; a dash if it is unknown. */
    static String megabytes(OptionalLong bytes) {
        return bytes.isPresent() ? bytes.getAsLong() / 1024 / 1024 + " MB" : "-";
    }
}
