/** Shows the progress of the router and of the readers of the lanes. */
package io.sidetrack.ops.progress;
