/**
 * Creates and configures topics as lanes need them. The changes are computed as data first, so that a dry run, a check and
 * the real run cannot differ. No topic is ever deleted, and no partition removed.
 */
package io.sidetrack.ops.provision;
