/** The {@code sidetrack} command, with a subcommand for each task of an operator. */
package io.sidetrack.ops;
