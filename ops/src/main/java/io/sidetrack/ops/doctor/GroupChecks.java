package io.sidetrack.ops.doctor;

import io.sidetrack.common.lane.DefaultNames;
import io.sidetrack.ops.cluster.GroupPosition;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.kafka.common.GroupState;

/** Checks consumer groups and their lag. Pure. */
final class GroupChecks {
    private static final int MAX_NAMED = 3;

    private GroupChecks() {}

    /**
     * Checks that a group with a lag has members.
     *
     * @param state empty if the group does not exist
     * @param records whether its lag contains records; transaction markers have offsets too
     * @param remedy what to do if it has no members
     */
    static List<CheckResult> group(GroupPosition position, Optional<GroupState> state, boolean records, String remedy) {
        List<CheckResult> results = new ArrayList<>();
        String text = String.format(
                Locale.ROOT,
                "%s, lag %,d in %s",
                state.map(is -> is.toString().toLowerCase(Locale.ROOT)).orElse("does not exist"),
                position.lag(),
                position.topic());
        if (isActive(state) || position.lag() == 0) {
            results.add(CheckResult.ok(position.group(), text));
        } else if (!records) {
            results.add(CheckResult.ok(position.group(), text + ", which contains no record"));
        } else {
            results.add(CheckResult.fail(position.group(), text + ", no reader", remedy));
        }
        if (position.lost() > 0) {
            results.add(CheckResult.fail(
                    position.group(),
                    String.format(
                            Locale.ROOT,
                            "up to %,d records of %s were deleted before the group read them",
                            position.lost(),
                            position.topic()),
                    "raise retention.ms of " + position.topic()
                            + " before more are deleted; send the deleted ones again"));
        }
        return results;
    }

    private static boolean isActive(Optional<GroupState> state) {
        return state.filter(is -> is != GroupState.EMPTY && is != GroupState.DEAD)
                .isPresent();
    }

    /** The remedy for a service whose group has no members. */
    static String start(String service) {
        return "start " + service + ", or name its group if it has another name";
    }

    /**
     * The remedy for a router that does not read its source. A router without committed offsets starts at the beginning of the
     * source, and would route again what another group has processed.
     *
     * @param readers groups that have committed offsets of the source, except the router's
     */
    static String startRouter(GroupPosition router, List<String> readers) {
        if (router.isKnown()) {
            return start("the router") + "; after a takeover, with the settings that `sidetrack adopt` has printed";
        }
        if (readers.isEmpty()) {
            return start("the router");
        }
        String named = readers.stream().limit(MAX_NAMED).collect(Collectors.joining(", "))
                + (readers.size() > MAX_NAMED ? ", ..." : "");
        return "do not start it yet: it would route again what has been processed (%s reads %s). Stop that group and take its"
                        .formatted(named, router.topic())
                + " offsets over first, with `sidetrack adopt --group %s`"
                        .formatted(readers.size() == 1 ? readers.get(0) : "GROUP");
    }

    /** Checks a lagging group, before or after a takeover. */
    static List<CheckResult> lagging(
            GroupPosition group, Optional<GroupState> state, boolean records, boolean takenOver) {
        if (!group.isKnown()) {
            return List.of(CheckResult.fail(
                    group.group(), "has committed no offset of " + group.topic(), "correct --group or --source"));
        }
        if (takenOver) {
            return List.of(CheckResult.ok(
                    group.group(), "was taken over by the router, which reads %s instead".formatted(group.topic())));
        }
        return group(
                group,
                state,
                records,
                "take its offsets over with `sidetrack adopt --group %s`, or start it again".formatted(group.group()));
    }

    /** Reports a writer whose group is unknown. */
    static CheckResult unknown(String service) {
        return CheckResult.warn(
                service,
                "its group was not checked: the name of the group ends with that of the table, which is not given",
                "name the table with --table or in WRITER_TABLE, or the group with --live-group or --backfill-group");
    }

    /**
     * Checks for offsets in the default group of versions before the table became part of its name.
     *
     * @param now the current default group
     * @param former the default group of those versions
     */
    static List<CheckResult> former(GroupPosition now, GroupPosition former) {
        if (now.isKnown() || !former.isKnown()) {
            return List.of();
        }
        return List.of(CheckResult.fail(
                former.group(),
                "has read %s as the default group of earlier versions, but %s has not, so a writer without"
                                .formatted(now.topic(), now.group())
                        + " WRITER_APPLICATION_ID does not start",
                "stop its writers, then `%s`; or set WRITER_APPLICATION_ID=%s"
                        .formatted(
                                DefaultNames.copyCommand(now.topic(), former.group(), now.group()), former.group())));
    }
}
