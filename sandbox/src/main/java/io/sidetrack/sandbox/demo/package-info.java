/**
 * The demo: live traffic and a backfill on one machine, through the services as they are deployed, each in a process of its
 * own. At the end, it compares the table with what was sent, and writes a report with charts.
 */
package io.sidetrack.sandbox.demo;
