package io.sidetrack.ops.doctor;

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
}
