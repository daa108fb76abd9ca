package io.sidetrack.ops.copy;

import io.sidetrack.ops.cluster.OffsetRange;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A run and how far it is: what the journal holds under one id. Immutable.
 *
 * @param run the newest run
 * @param partitions the progress of each partition that has any in this run
 */
public record CopyState(CopyRun run, SortedMap<Integer, PartitionProgress> partitions) {
    /** @throws IllegalArgumentException if a partition does not belong to the run */
    public CopyState {
        SortedMap<Integer, PartitionProgress> ofRun = new TreeMap<>();
        partitions.forEach((partition, progress) -> {
            if (progress.run() == run.number() && run.slice().ranges().containsKey(partition)) {
                ofRun.put(partition, progress);
            }
        });
        partitions = Collections.unmodifiableSortedMap(ofRun);
    }

    /** The state of a run that has not read anything. */
    static CopyState begin(CopyRun run) {
        return new CopyState(run, Collections.emptySortedMap());
    }

    /** The progress of a partition of the slice. */
    public PartitionProgress progress(int partition) {
        PartitionProgress progress = partitions.get(partition);
        return progress == null
                ? PartitionProgress.begin(
                        run.number(), run.slice().ranges().get(partition).start())
                : progress;
    }

    /** The ranges that are not read yet, by partition. */
    public SortedMap<Integer, OffsetRange> open() {
        SortedMap<Integer, OffsetRange> open = new TreeMap<>();
        run.slice().ranges().forEach((partition, range) -> {
            long next = progress(partition).next();
            if (next < range.end()) {
                open.put(partition, new OffsetRange(next, range.end()));
            }
        });
        return open;
    }

    /** The number of offsets of the slice that are done. */
    public long offsetsDone() {
        return run.slice().offsets()
                - open().values().stream().mapToLong(OffsetRange::length).sum();
    }

    /** The sum over all partitions. */
    public CopyTally tally() {
        return CopyTally.of(run.slice().topic(), partitions);
    }

    /** The progress of the partitions that some steps change, after them. */
    SortedMap<Integer, PartitionProgress> changedBy(List<Step> steps) {
        SortedMap<Integer, PartitionProgress> changed = new TreeMap<>();
        for (Step step : steps) {
            if (step instanceof Step.Copied copied) {
                int partition = copied.source().partition();
                changed.put(partition, in(changed, partition).copied(copied.source(), copied.before()));
            } else if (step instanceof Step.Refused refused) {
                int partition = refused.source().partition();
                changed.put(
                        partition,
                        in(changed, partition).refused(refused.source(), refused.before(), refused.reason()));
            } else if (step instanceof Step.Passed passed) {
                changed.put(
                        passed.partition(), in(changed, passed.partition()).passed(passed.next(), passed.records()));
            }
        }
        return changed;
    }

    private PartitionProgress in(SortedMap<Integer, PartitionProgress> changed, int partition) {
        PartitionProgress progress = changed.get(partition);
        return progress == null ? progress(partition) : progress;
    }

    /** This state after some steps. */
    CopyState after(List<Step> steps) {
        CopyRun now = run;
        for (Step step : steps) {
            if (step instanceof Step.Recorded recorded) {
                now = recorded.run();
            }
        }
        SortedMap<Integer, PartitionProgress> all = new TreeMap<>(partitions);
        all.putAll(changedBy(steps));
        return new CopyState(now, all);
    }
}
