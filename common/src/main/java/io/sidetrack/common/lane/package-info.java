/** The two lanes, the default names of topics and consumer groups, and the names of backfills. Independent of how records are processed. */
package io.sidetrack.common.lane;
