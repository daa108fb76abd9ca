/** The two lanes, and the default names of topics and consumer groups. Knows nothing of how records are processed. */
package io.sidetrack.common.lane;
