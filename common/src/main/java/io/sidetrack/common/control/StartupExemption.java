package io.sidetrack.common.control;

/**
 * Whether a service may start although it may not read the control topic.
 *
 * @param setting by which an operator decides so
 * @param granted whether that was decided
 */
public record StartupExemption(String setting, boolean granted) {}
