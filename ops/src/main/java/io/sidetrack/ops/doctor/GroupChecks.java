package io.sidetrack.ops.doctor;

import io.sidetrack.common.lane.DefaultNames;
import io.sidetrack.ops.cluster.GroupPosition;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.kafka.common.GroupState;

/** Groups and their lag. Pure. */
final class GroupChecks {
    private static final int MOST_NAMED = 3;

    private GroupChecks() {}

    /**
     * One group in its topic.
     *
     * @param state empty if there is no such group
     * @param records whether its lag contains records; markers of transactions have offsets too
     * @param remedy what to do if nobody reads for it
     */
    static List<Finding> group(GroupPosition standing, Optional<GroupState> state, boolean records, String remedy) {
        List<Finding> findings = new ArrayList<>();
        String text = String.format(
                Locale.ROOT,
                "%s, lag %,d in %s",
                state.map(is -> is.toString().toLowerCase(Locale.ROOT)).orElse("not there"),
                standing.lag(),
                standing.topic());
        if (isActive(state) || standing.lag() == 0) {
            findings.add(Finding.ok(standing.group(), text));
        } else if (!records) {
            findings.add(Finding.ok(standing.group(), text + ", which contains no record"));
        } else {
            findings.add(Finding.fail(standing.group(), text + ", and nobody reads it", remedy));
        }
        if (standing.lost() > 0) {
            findings.add(Finding.fail(
                    standing.group(),
                    String.format(
                            Locale.ROOT,
                            "up to %,d records of %s were deleted before it read them",
                            standing.lost(),
                            standing.topic()),
                    "raise retention.ms of " + standing.topic() + " before more is; what is gone must be sent again"));
        }
        return findings;
    }

    private static boolean isActive(Optional<GroupState> state) {
        return state.filter(is -> is != GroupState.EMPTY && is != GroupState.DEAD)
                .isPresent();
    }

    /** What to do for a service whose group reads nothing. */
    static String start(String service) {
        return "start " + service + ", or name its group if it has another";
    }

    /**
     * What to do for a router that does not read its source. One that has never read it begins at its beginning, and would
     * route again what another group has processed.
     *
     * @param readers groups that have committed offsets of the source, without the router's
     */
    static String startRouter(GroupPosition router, List<String> readers) {
        if (router.isKnown()) {
            return start("the router") + "; after a takeover with the settings that `sidetrack adopt` has printed";
        }
        if (readers.isEmpty()) {
            return start("the router");
        }
        String named = readers.stream().limit(MOST_NAMED).collect(Collectors.joining(", "))
                + (readers.size() > MOST_NAMED ? ", ..." : "");
        return "do not start it yet: it would route again what has been processed (%s reads %s). Stop that group and take its"
                        .formatted(named, router.topic())
                + " offsets over first, with `sidetrack adopt --group %s`"
                        .formatted(readers.size() == 1 ? readers.get(0) : "GROUP");
    }

    /** A group that lags, before or after a takeover. */
    static List<Finding> lagging(GroupPosition group, Optional<GroupState> state, boolean records, boolean takenOver) {
        if (!group.isKnown()) {
            return List.of(Finding.fail(
                    group.group(), "has committed no offset of " + group.topic(), "correct --group or --source"));
        }
        if (takenOver) {
            return List.of(Finding.ok(
                    group.group(), "was taken over by the router, which reads %s instead".formatted(group.topic())));
        }
        return group(
                group,
                state,
                records,
                "take its offsets over with `sidetrack adopt --group %s`, or start it again".formatted(group.group()));
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
    static List<Finding> former(GroupPosition now, GroupPosition former) {
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
                                DefaultNames.copyCommand(now.topic(), former.group(), now.group()), former.group())));
    }
}
