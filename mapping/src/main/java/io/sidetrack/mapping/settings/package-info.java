/** The settings of the writer that decide what an item contains, and which of two writes of one key stays. */
package io.sidetrack.mapping.settings;
