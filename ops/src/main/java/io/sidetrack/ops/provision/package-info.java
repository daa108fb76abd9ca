/**
 * Topics as lanes need them. What is to be done is worked out as data first, so that a dry run, a check and the doing
 * can't differ. Nothing is ever deleted or shrunk.
 */
package io.sidetrack.ops.provision;
