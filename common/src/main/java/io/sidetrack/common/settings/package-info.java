/**
 * Settings from the environment. Each is declared once, in a {@link org.apache.kafka.common.config.ConfigDef}, whose
 * documentation also makes the table in {@code docs/settings.md}. Nothing outside a {@code main} reads the environment.
 */
package io.sidetrack.common.settings;
