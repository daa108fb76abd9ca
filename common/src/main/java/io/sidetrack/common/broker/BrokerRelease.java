package io.sidetrack.common.broker;

import java.util.Map;

/**
 * The release line of a broker. Clients cannot see a broker's version, but they can see the highest level of each feature
 * that it supports, and the levels of {@code metadata.version} belong to release lines. The levels that a cluster has
 * finalized do not show the release, because an upgrade of the brokers does not change them.
 *
 * <p>The bug-fix releases of one line cannot be distinguished.
 */
public enum BrokerRelease {
    /** Levels 22 to 25. */
    V4_0("4.0"),
    /** Levels 26 and 27. */
    V4_1("4.1"),
    /** Levels 28 and 29. */
    V4_2("4.2"),
    /** Level 30. A 4.2 broker with {@code unstable.feature.versions.enable} has it too; that setting is for tests. */
    V4_3("4.3"),
    /** Levels 31 to 33. */
    V4_4("4.4"),
    /** Older or newer than the others, or a broker that does not report the feature. */
    UNKNOWN("unknown");

    /** An explanation of {@link #canSkipMarkers}, for messages that name the release line. */
    public static final String SKIPPED_MARKERS = "4.3.0, 4.3.1 and 4.4.0 can skip a transaction's marker when a"
            + " partition has no leader, so aborted records can be read and committed ones lost (KAFKA-20734)";

    private static final String METADATA_VERSION = "metadata.version";

    private final String text;

    BrokerRelease(String text) {
        this.text = text;
    }

    /**
     * Determines the release line of a broker.
     *
     * @param maxLevels the highest supported level of each feature that the broker reports, by the feature's name
     */
    public static BrokerRelease of(Map<String, Short> maxLevels) {
        int level = maxLevels.getOrDefault(METADATA_VERSION, (short) 0);
        if (level < 22 || level > 33) {
            return UNKNOWN;
        }
        if (level <= 25) {
            return V4_0;
        }
        if (level <= 27) {
            return V4_1;
        }
        if (level <= 29) {
            return V4_2;
        }
        return level == 30 ? V4_3 : V4_4;
    }

    /**
     * True if releases of this line skip a transaction's marker for a partition that has no leader at that moment
     * (KAFKA-20734). Aborted records can then be read and committed ones lost, regardless of the producer.
     */
    public boolean canSkipMarkers() {
        return this == V4_3 || this == V4_4;
    }

    /** Such as "4.2", or "unknown". */
    @Override
    public String toString() {
        return text;
    }
}
