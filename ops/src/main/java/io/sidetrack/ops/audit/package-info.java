/**
 * Compares the source with the lanes, record by record. Knows topics and the headers that Sidetrack documents as its own,
 * and nothing of the router's code: it judges the router by what lies in the log.
 */
package io.sidetrack.ops.audit;
