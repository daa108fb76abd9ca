package io.sidetrack.writer;

import io.sidetrack.common.group.GroupOffsets;
import io.sidetrack.common.lane.DefaultNames;
import io.sidetrack.common.settings.StartupException;
import org.apache.kafka.common.errors.GroupAuthorizationException;

/**
 * The default group of earlier versions, which was named after the lane alone. A writer that has read the lane in it would
 * read the whole lane again in the default group of today, so it does not start until an operator has decided.
 *
 * <p>The offsets are not copied here: the former group may have fed two tables, and then each table has a part of the
 * records, which only the operator knows.
 */
final class FormerGroup {
    private FormerGroup() {}

    /**
     * Makes sure that the former group has read nothing of the lane, unless the group of today has too.
     *
     * @throws StartupException if only the former group has committed offsets, or if the offsets may not be read
     */
    static void requireNothingLeft(WriterSettings settings, String former, GroupOffsets offsets) {
        String group = settings.applicationId();
        String lane = settings.topic();
        if (hasRead(lane, group, offsets) || !hasReadBefore(lane, former, group, offsets)) {
            return;
        }
        throw new StartupException(
                WriterSettings.APPLICATION_ID,
                ("not set, and %s was read in the default group of earlier versions, %s, but not in that of this version, %s,"
                                + " in which it would be read again from its beginning")
                        .formatted(lane, former, group),
                "Set %s=%s to continue in that group, or stop its writers and copy its offsets: `%s`."
                        .formatted(
                                WriterSettings.APPLICATION_ID, former, DefaultNames.copyCommand(lane, former, group)));
    }

    private static boolean hasRead(String lane, String group, GroupOffsets offsets) {
        try {
            return !offsets.committed(group, lane).isEmpty();
        } catch (GroupAuthorizationException e) {
            throw new StartupException(
                    "group " + group, "this principal may not use it", "Allow READ on it, and on " + lane + ".", e);
        }
    }

    /**
     * A principal that may not look into the former group is stopped too. It may well have read the lane in that group, with
     * an ACL that was replaced for the new name, and that is the case in which a lane is read again and nobody notices. Once
     * the group of today has committed offsets, the former one is not looked at any more.
     */
    private static boolean hasReadBefore(String lane, String former, String group, GroupOffsets offsets) {
        try {
            return !offsets.committed(former, lane).isEmpty();
        } catch (GroupAuthorizationException e) {
            throw new StartupException(
                    "group " + former,
                    "this principal may not describe the default group of earlier versions, so it is not known whether "
                            + lane + " was read in it",
                    "Allow DESCRIBE on it until %s has committed offsets; or, if nothing was read in it, set %s=%s."
                            .formatted(group, WriterSettings.APPLICATION_ID, group),
                    e);
        }
    }
}
