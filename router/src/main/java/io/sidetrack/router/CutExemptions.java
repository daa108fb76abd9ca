package io.sidetrack.router;

import io.sidetrack.common.control.StartupExemption;

/**
 * What of a takeover's cut need not be in order, because an operator has decided so.
 *
 * @param invalid whether the last record of the cut may be one that is not valid
 * @param foreign whether the cut may be of another topic
 * @param unreadable whether the control topic may be closed to the router
 */
record CutExemptions(boolean invalid, boolean foreign, StartupExemption unreadable) {}
