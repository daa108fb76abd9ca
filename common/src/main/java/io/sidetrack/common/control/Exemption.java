package io.sidetrack.common.control;

/**
 * Whether a service may start although it may not read the control topic.
 *
 * @param setting by which an operator decides so
 * @param granted whether that was decided
 */
public record Exemption(String setting, boolean granted) {}
