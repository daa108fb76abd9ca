/** What commands ask of a cluster: where topics begin and end, where groups stand. */
package io.sidetrack.ops.cluster;
