package io.sidetrack.sandbox.demo;

import io.sidetrack.sandbox.Screen;
import java.util.List;
import java.util.Locale;

/**
 * What the demo measured and counted.
 *
 * @param records the records of the backfill
 * @param seconds how long the backfill took, including publishing
 * @param before what was measured without the backfill
 * @param during what was measured during the backfill
 * @param liveMeasured the live messages that were sent in the measured part
 * @param warmUpRecords backfilled records that were sent before the measured part
 * @param batches the batches of the measured part
 * @param itemsPerBatch the items in a batch of the measured part, on average
 * @param lanes the account of each lane from its start, including the warm-up
 * @param liveLag uncommitted offsets at the end
 * @param backfillLag uncommitted offsets at the end
 * @param items the items that the table must contain
 * @param different the items that are missing, differ from what was sent, or were never sent
 */
record DemoResult(
        long records,
        double seconds,
        Part before,
        Part during,
        long liveMeasured,
        long warmUpRecords,
        double batches,
        double itemsPerBatch,
        List<LaneAccount> lanes,
        int deadLetters,
        long liveLag,
        long backfillLag,
        int items,
        long different) {

    /**
     * The live lane during a part of the demo.
     *
     * @param callMs the average duration of the live writer's calls to the endpoint
     */
    record Part(Latencies latencies, double callMs) {
        /** The endpoint's own part of a message's latency, on average: the call that wrote it and the read that found it. */
        double endpointMs() {
            return callMs + latencies.averageReadMs();
        }
    }

    /** What became of the records of a lane. */
    record LaneAccount(String lane, long sent, long routed, long written, long superseded, long deadLettered) {
        static LaneAccount of(String lane, long sent, Reading end) {
            Metrics writer = lane.equals("live") ? end.live() : end.backfill();
            return new LaneAccount(
                    lane,
                    sent,
                    Math.round(end.router().routed(lane)),
                    Math.round(writer.items("written")),
                    Math.round(writer.items("superseded")),
                    Math.round(writer.items("dead_lettered")));
        }

        /** Records that were sent and have not become an item, the part of a newer item, or a dead letter. */
        long missing() {
            return sent - written - superseded - deadLettered;
        }

        /** Whether every record is on its lane and has an outcome. */
        boolean isComplete() {
            return routed == sent && missing() == 0;
        }
    }

    double perSecond() {
        return records / seconds;
    }

    boolean isSame() {
        return different == 0;
    }

    static String backfillText(long records, double seconds) {
        return String.format(
                Locale.ROOT,
                "backfill: %,d records in %s, %,.0f/s, including publishing",
                records,
                Screen.time(seconds),
                records / seconds);
    }

    String summary() {
        return String.format(
                Locale.ROOT,
                "%n  records      %,d backfilled, %,d live, besides the warm-up%n"
                        + "  batches      %,.0f, %.1f items on average%n"
                        + "  endpoint     %s of a live message's time without backfill, %s during it%n"
                        + "  dead letters %,d%n  lag          live %,d, backfill %,d%n  table        %,d items, %s",
                records,
                liveMeasured,
                batches,
                itemsPerBatch,
                ms(before.endpointMs()),
                ms(during.endpointMs()),
                deadLetters,
                liveLag,
                backfillLag,
                items,
                isSame() ? "all as sent" : different + " NOT as sent");
    }

    private static String ms(double ms) {
        return Double.isNaN(ms) ? "an unknown part" : String.format(Locale.ROOT, "%,.0f ms", ms);
    }
}
