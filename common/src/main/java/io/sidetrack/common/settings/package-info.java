/**
 * Settings from the environment. Each is declared once, in a {@link org.apache.kafka.common.config.ConfigDef}, which is also the
 * source of the tables in {@code docs/settings.md}. Only main classes and command-line options read the environment.
 */
package io.sidetrack.common.settings;
