/**
 * What happens to one record of the source: the rules choose its lane, the placement determines its partition, and the record
 * is sent there or to the dead-letter topic. Records are counted only when their transaction is committed.
 */
package io.sidetrack.router.route;
