package io.sidetrack.bench;

import java.util.Locale;
import java.util.OptionalLong;

/**
 * What one contender did in one case.
 *
 * @param inFlight batches in flight; 0 for those that have one call at a time
 * @param ceiling records a second that latency permits
 * @param records measured
 * @param perSecond records a second
 * @param itemsPerCall on average
 * @param cpuPerMillion CPU seconds of the contender's process for a million records
 * @param peakMemory bytes
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

    /** For people; a dash where the system does not tell. */
    static String megabytes(OptionalLong bytes) {
        return bytes.isPresent() ? bytes.getAsLong() / 1024 / 1024 + " MB" : "-";
    }
}
