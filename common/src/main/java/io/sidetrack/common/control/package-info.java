/** State that operators set through a topic: the cut of a takeover, and settings that running writers follow. */
package io.sidetrack.common.control;
