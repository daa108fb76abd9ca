/**
 * Compares the source with the lanes, record by record. It depends on the topics and on the headers that Sidetrack documents,
 * but not on code of the router: it judges the router by the content of the log.
 */
package io.sidetrack.ops.audit;
