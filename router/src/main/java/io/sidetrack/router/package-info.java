/**
 * The router: takes a topic that live traffic and backfills share, and puts each record on one of two lanes. It changes
 * nothing of a record but to add a header with its original timestamp.
 *
 * <p>{@code docs/guarantees.md} defines R1 to R5, which comments cite.
 */
package io.sidetrack.router;
