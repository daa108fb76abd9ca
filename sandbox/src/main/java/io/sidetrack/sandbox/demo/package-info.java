/**
 * Sidetrack on one machine, for everybody to see: live traffic and a backfill through the services as they are deployed,
 * each in a process of its own, and at the end the table compared with what was sent.
 */
package io.sidetrack.sandbox.demo;
