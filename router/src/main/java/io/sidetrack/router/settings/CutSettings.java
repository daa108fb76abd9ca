package io.sidetrack.router.settings;

import io.sidetrack.common.control.StartupExemption;

/**
 * Where the router looks for the cut of a takeover, and which problems with it an operator has decided to ignore.
 *
 * @param controlTopic the topic that {@code sidetrack adopt} records cuts in
 * @param expected whether the router starts only if it finds a cut
 * @param allowsInvalid whether an invalid last record of the cut is ignored
 * @param allowsForeign whether a cut of another topic is ignored
 * @param unreadable whether a control topic that the router may not read counts as empty
 */
public record CutSettings(
        String controlTopic,
        boolean expected,
        boolean allowsInvalid,
        boolean allowsForeign,
        StartupExemption unreadable) {}
