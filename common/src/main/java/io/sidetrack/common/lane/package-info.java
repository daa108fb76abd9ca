/** The two lanes, and the default names of topics and consumer groups. Independent of how records are processed. */
package io.sidetrack.common.lane;
