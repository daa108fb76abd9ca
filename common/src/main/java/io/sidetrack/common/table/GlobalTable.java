package io.sidetrack.common.table;

import java.util.List;
import java.util.Optional;

/**
 * What a guarded lane cannot promise in a global table.
 *
 * @param regions those of the replicas; empty if the table has none
 * @param isStrong whether the replicas are strongly consistent (MRSC); otherwise they are eventually consistent (MREC)
 */
public record GlobalTable(List<String> regions, boolean isStrong) {
    /** What an operator can do. */
    public static final String REMEDY = "write the table in one region only";

    /** Returns the warning for a writer that compares versions; empty if the table has no replicas. */
    public Optional<String> warning() {
        if (regions.isEmpty()) {
            return Optional.empty();
        }
        String replicas = "it has replicas (" + String.join(", ", regions) + ")";
        return Optional.of(
                isStrong
                        ? replicas
                                + " with strong consistency, and such a table has no time to live: the markers of deleted"
                                + " items remain forever"
                        : replicas
                                + ", and conditions are evaluated in the writer's region only: if several regions write"
                                + " an item, the last write by DynamoDB's internal timestamp stays, whatever the versions"
                                + " are");
    }
}
