package io.sidetrack.ops.copy;

import io.sidetrack.common.topic.TopicIdentity;

/**
 * A run of a copy, as the journal records it: what is copied, and when it began and finished. It can be interrupted and continued
 * any number of times.
 *
 * @param number 1 for the first run under an id; a run that begins anew has the next number
 * @param request what is copied, in the words of its command; another request cannot continue this run
 * @param slice the part of the source, whose ends are fixed when the run begins
 * @param source the identity of the slice's topic: offsets mean nothing in another topic of the same name
 * @param target the topic that is copied to
 * @param targetIdentity its identity
 * @param targetPartitions how many partitions the target had when the run began; null if an earlier build has begun it
 * @param startedBy the user who began the run; null if unknown
 * @param startedAtMs when it began, in ms since 1970
 * @param finishedAtMs when it finished, in ms since 1970; 0 if it has not
 */
public record CopyRun(
        long number,
        String request,
        Slice slice,
        TopicIdentity source,
        String target,
        TopicIdentity targetIdentity,
        Integer targetPartitions,
        String startedBy,
        long startedAtMs,
        long finishedAtMs) {
    /** @throws IllegalArgumentException if something is missing or negative */
    public CopyRun {
        if (number < 1
                || request == null
                || slice == null
                || source == null
                || target == null
                || targetIdentity == null
                || (targetPartitions != null && targetPartitions < 1)
                || startedAtMs < 0
                || finishedAtMs < 0) {
            throw new IllegalArgumentException("incomplete");
        }
    }

    /** True if every record of the slice is copied or refused. */
    public boolean hasFinished() {
        return finishedAtMs > 0;
    }

    /** This run when it has finished. */
    CopyRun finishedAt(long nowMs) {
        return with(slice, Math.max(1, nowMs));
    }

    /** This run with a longer slice, which is not finished. */
    CopyRun with(Slice longer) {
        return with(longer, 0);
    }

    private CopyRun with(Slice other, long finishedMs) {
        return new CopyRun(
                number,
                request,
                other,
                source,
                target,
                targetIdentity,
                targetPartitions,
                startedBy,
                startedAtMs,
                finishedMs);
    }

    /**
     * The number of partitions over which copies are distributed by their keys: that of the beginning. Partitions that are added to the
     * target while the run is interrupted must not change the partition of a key, because its records would lose their order.
     *
     * @param now how many partitions the target has
     */
    public int placedOver(int now) {
        return targetPartitions == null ? now : targetPartitions;
    }
}
