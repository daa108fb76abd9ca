/**
 * The router: reads a topic that live traffic and backfills share, and sends each record to one of two lanes. It changes nothing
 * in a record; it only adds a header with the original timestamp.
 *
 * <p>A record's path: {@code timestamp} (keep the original one), {@code lane} (choose the lane), {@code placement} (choose the
 * partition, check the limits) and {@code batch} (send), all called by {@code route}. Before the first record, {@code settings}
 * and {@code startup} check what can be checked. This package assembles them.
 *
 * <p>{@code docs/guarantees.md} defines R1 to R5, which comments cite.
 */
package io.sidetrack.router;
