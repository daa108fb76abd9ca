package io.sidetrack.ops.doctor;

import io.sidetrack.common.group.DefaultGroups;
import io.sidetrack.ops.cluster.Standing;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.kafka.common.GroupState;

/** Groups and their lag. Pure. */
final class GroupChecks {
    private GroupChecks() {}

    /**
     * One group in its topic.
     *
     * @param service what the group belongs to, such as "the router"
     * @param state empty if there is no such group
     */
    static List<Finding> group(String service, Standing standing, Optional<GroupState> state) {
        List<Finding> findings = new ArrayList<>();
        boolean active = state.filter(is -> is != GroupState.EMPTY && is != GroupState.DEAD)
                .isPresent();
        String text = String.format(
                Locale.ROOT,
                "%s, lag %,d in %s",
                state.map(is -> is.toString().toLowerCase(Locale.ROOT)).orElse("not there"),
                standing.lag(),
                standing.topic());
        if (active || standing.lag() == 0) {
            findings.add(Finding.ok(standing.group(), text));
        } else {
            findings.add(Finding.fail(
                    standing.group(),
                    text + ", and nobody reads it",
                    "start " + service + ", or name its group if it has another"));
        }
        if (standing.lost() > 0) {
            findings.add(Finding.fail(
                    standing.group(),
                    String.format(
                            Locale.ROOT,
                            "%,d records of %s were deleted before it read them",
                            standing.lost(),
                            standing.topic()),
                    "raise retention.ms of " + standing.topic() + " before more is; what is gone must be sent again"));
        }
        return findings;
    }

    /** A writer whose group has a name that nobody has given. */
    static Finding unknown(String service) {
        return Finding.warn(
                service,
                "its group was not looked at: the group's name ends with the table's, which is not given",
                "name the table with --table or in WRITER_TABLE, or the group with --live-group or --backfill-group");
    }

    /**
     * Offsets that were left in the group that a writer had by default before the table was part of its name.
     *
     * @param now the group that it has by default now
     */
    static List<Finding> former(Standing now, Standing former) {
        if (now.isKnown() || !former.isKnown()) {
            return List.of();
        }
        return List.of(Finding.fail(
                former.group(),
                "has read %s as the default group of earlier versions, and %s has not, so a writer without"
                                .formatted(now.topic(), now.group())
                        + " WRITER_APPLICATION_ID does not start",
                "stop its writers, then `%s`; or set WRITER_APPLICATION_ID=%s"
                        .formatted(
                                DefaultGroups.copyCommand(now.topic(), former.group(), now.group()), former.group())));
    }
}
