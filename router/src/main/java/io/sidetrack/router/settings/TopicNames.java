package io.sidetrack.router.settings;

/**
 * The names of the topics that a router reads and writes.
 *
 * @param source the topic that live traffic and backfills share
 * @param live the live lane
 * @param backfill the backfill lane; equal to the live lane in a plain repartitioner
 * @param parked for the records of named backfills that are paused or cancelled
 * @param deadLetters for records that their lane does not accept
 */
public record TopicNames(String source, String live, String backfill, String parked, String deadLetters) {
    /** True if both lanes are one topic. */
    public boolean isRepartitioner() {
        return live.equals(backfill);
    }
}
