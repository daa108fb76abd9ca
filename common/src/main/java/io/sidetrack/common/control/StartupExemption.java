package io.sidetrack.common.control;

/**
 * An operator's permission to start a service that may not read the control topic.
 *
 * @param setting the setting that grants it
 * @param granted whether it is granted
 */
public record StartupExemption(String setting, boolean granted) {}
