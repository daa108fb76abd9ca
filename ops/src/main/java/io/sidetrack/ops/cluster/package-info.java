/** Reads the state of a cluster: offsets of topics, positions of groups, single records. */
package io.sidetrack.ops.cluster;
