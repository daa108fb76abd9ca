package io.sidetrack.writer;

import io.sidetrack.common.group.GroupOffsets;
import io.sidetrack.common.lane.DefaultNames;
import io.sidetrack.common.settings.StartupException;
import io.sidetrack.writer.settings.WriterSettings;
import org.apache.kafka.common.errors.GroupAuthorizationException;

/**
 * The default group of earlier versions, whose name contains the lane but not the table. A lane that was read in that group
 * would be read again from the beginning in the current default group, so the writer does not start until an operator has
 * decided.
 *
 * <p>The writer does not copy the offsets itself: if two tables were written in the former group, each has only a part of
 * the records, and only the operator knows that.
 */
final class FormerGroup {
    private FormerGroup() {}

    /**
     * Checks that the former group has not read the lane, unless the current group has read it too.
     *
     * @throws StartupException if only the former group has committed offsets, or if this principal may not read them
     */
    static void requireUnused(WriterSettings settings, String former, GroupOffsets offsets) {
        String group = settings.applicationId();
        String lane = settings.topic();
        if (hasRead(lane, group, offsets) || !formerHasRead(lane, former, group, offsets)) {
            return;
        }
        throw new StartupException(
                WriterSettings.APPLICATION_ID,
                ("not set, and %s was read in the default group of earlier versions, %s, but not in that of this version, %s,"
                                + " so it would be read again from the beginning")
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
     * Refuses to start if this principal may not describe the former group: it may have read the lane in that group, with an
     * ACL that was since replaced for the new name, and would now read it again unnoticed. Once the current group has
     * committed offsets, the former one no longer matters.
     */
    private static boolean formerHasRead(String lane, String former, String group, GroupOffsets offsets) {
        try {
            return !offsets.committed(former, lane).isEmpty();
        } catch (GroupAuthorizationException e) {
            throw new StartupException(
                    "group " + former,
                    "this principal may not describe the default group of earlier versions, so it is unknown whether "
                            + lane + " was read in it",
                    "Allow DESCRIBE on it until %s has committed offsets; or, if nothing was read in it, set %s=%s."
                            .formatted(group, WriterSettings.APPLICATION_ID, group),
                    e);
        }
    }
}
