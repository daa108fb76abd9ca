package io.sidetrack.ops.doctor;

import io.sidetrack.common.broker.BrokerRelease;
import io.sidetrack.common.broker.BrokerReleases;

/** The brokers' release line. Pure. */
final class BrokerChecks {
    private static final String SUBJECT = "broker release line";

    private BrokerChecks() {}

    /** A line that could not be determined is reported as such, and is no problem. */
    static Finding release(BrokerReleases brokers) {
        return brokers.canSkipMarkers()
                ? Finding.warn(
                        SUBJECT,
                        brokers.text() + "; " + BrokerRelease.SKIPPED_MARKERS,
                        "use brokers 4.2.x, or make sure that yours have the correction: clients cannot see it")
                : Finding.ok(SUBJECT, brokers.text());
    }
}
