/**
 * The writer's settings as data: their definitions, their values, and the checks between them. Nothing here opens a
 * connection or builds a part of the writer; the root package does that.
 */
package io.sidetrack.writer.settings;
