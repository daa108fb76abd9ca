/**
 * Settings from the environment. Each is declared once, in a {@link org.apache.kafka.common.config.ConfigDef}, whose
 * documentation also makes the README's table. Nothing outside a {@code main} reads the environment.
 */
package io.sidetrack.common.settings;
