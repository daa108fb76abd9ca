/** How far lanes have come. */
package io.sidetrack.ops.progress;
