package io.sidetrack.router.startup;

import io.sidetrack.common.control.ControlTopic;
import io.sidetrack.common.control.ControlValue;
import io.sidetrack.common.control.Cut;
import io.sidetrack.common.settings.StartupException;
import io.sidetrack.common.topic.TopicDirectory;
import io.sidetrack.common.topic.TopicIdentity;
import io.sidetrack.router.settings.CutSettings;
import io.sidetrack.router.settings.RouterSettings;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the cut of a takeover, and refuses a start that would put its backlog on the live lane. */
final class CutCheck {
    private static final Logger log = LoggerFactory.getLogger(CutCheck.class);

    private final CutSettings cuts;
    private final String group;
    private final String source;
    private final TopicDirectory directory;

    CutCheck(RouterSettings settings, TopicDirectory directory) {
        this.cuts = settings.cut();
        this.group = settings.applicationId();
        this.source = settings.topics().source();
        this.directory = directory;
    }

    /**
     * The cut of this router.
     *
     * @return empty if there was no takeover
     * @throws StartupException if the cut is invalid, belongs to another topic, is expected and missing, or cannot be read
     */
    Optional<Cut> run(ControlTopic control) {
        ControlValue<Cut> recorded = control.cut(group);
        if (recorded.rejected().isPresent() && !cuts.allowsInvalid()) {
            throw invalid(recorded.rejected().get());
        }
        Optional<Cut> found = recorded.value().filter(this::isOfTheSource);
        if (found.isEmpty() && cuts.expected()) {
            throw missing();
        }
        found.filter(cut -> cut.identity() == null)
                .ifPresent(cut -> log.warn(
                        "the cut of group {} was recorded by an earlier version, without the ids of topic and cluster; it is"
                                + " applied because its topic is named {}; if {} was re-created since, stop the router and"
                                + " run `sidetrack adopt --reset-router` or `sidetrack release --cut-only`",
                        group,
                        cut.source(),
                        cut.source()));
        return found;
    }

    /** @throws StartupException if the cut belongs to another topic, and the settings do not allow that */
    private boolean isOfTheSource(Cut cut) {
        TopicIdentity now = directory.identity(source);
        if (cut.isOf(source, now)) {
            return true;
        }
        if (!cuts.allowsForeign()) {
            throw foreign(cut, now);
        }
        log.warn(
                "the cut of group {} belongs to {}, not to {}; it is ignored, as allowed by {}",
                group,
                cut.source(),
                source,
                RouterSettings.ALLOW_FOREIGN_CUT);
        return false;
    }

    private StartupException invalid(String position) {
        return new StartupException(
                "control topic " + cuts.controlTopic(),
                "%s: not a valid cut for group %s, so the end of the backlog is unknown".formatted(position, group),
                "Take the topic over again with `sidetrack adopt --reset-router`, remove the cut with `sidetrack release"
                        + " --cut-only --router-group %s`, or set %s=true to use the valid cut before it, if there is one."
                                .formatted(group, RouterSettings.ALLOW_INVALID_CUT));
    }

    private StartupException missing() {
        return new StartupException(
                RouterSettings.EXPECT_CUT + "=true",
                "no cut is recorded for group %s in control topic %s, so the backlog would be routed as live"
                        .formatted(group, cuts.controlTopic()),
                "Correct %s or %s, or take the topic over with `sidetrack adopt`; if no backlog is left, remove %s."
                        .formatted(
                                RouterSettings.APPLICATION_ID,
                                RouterSettings.CONTROL_TOPIC,
                                RouterSettings.EXPECT_CUT));
    }

    private StartupException foreign(Cut cut, TopicIdentity now) {
        return new StartupException(
                RouterSettings.SOURCE_TOPIC + "=" + source,
                "this is not the topic that was taken over: the cut of group %s in control topic %s belongs to %s (%s), and this is %s (%s)"
                        .formatted(
                                group,
                                cuts.controlTopic(),
                                cut.source(),
                                cut.identity() == null ? "ids not recorded" : cut.identity(),
                                source,
                                now),
                "Correct the setting, take this topic over with `sidetrack adopt`, remove the cut with `sidetrack release"
                        + " --cut-only --router-group %s`, or set %s=true to ignore it."
                                .formatted(group, RouterSettings.ALLOW_FOREIGN_CUT));
    }
}
