/** Reads the metrics of running services over HTTP. */
package io.sidetrack.ops.scrape;
