/** Takes the offsets of a lagging consumer group over for the router, and gives them back. */
package io.sidetrack.ops.takeover;
