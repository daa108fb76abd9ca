package io.sidetrack.ops.doctor;

import io.sidetrack.common.broker.BrokerRelease;
import io.sidetrack.common.broker.BrokerReleases;

/** Checks the release line of the brokers. Pure. */
final class BrokerChecks {
    private static final String SUBJECT = "broker release line";

    private BrokerChecks() {}

    /** A release line that cannot be determined is not a problem. */
    static CheckResult release(BrokerReleases brokers) {
        return brokers.canSkipMarkers()
                ? CheckResult.warn(
                        SUBJECT,
                        brokers.text() + "; " + BrokerRelease.SKIPPED_MARKERS,
                        "use brokers 4.2.x, or verify that your brokers have the fix, which clients cannot detect")
                : CheckResult.ok(SUBJECT, brokers.text());
    }
}
