/** The operator's tool: one command, {@code sidetrack}, with a subcommand for each thing an operator does. */
package io.sidetrack.ops;
