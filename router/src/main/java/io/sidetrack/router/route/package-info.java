/**
 * What happens to one record of the source: the rules choose its lane, the placement its partition, and the record goes there
 * or to the dead letters. What was routed is counted only when its transaction is committed.
 */
package io.sidetrack.router.route;
