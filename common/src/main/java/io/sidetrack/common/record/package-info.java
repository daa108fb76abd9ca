/** The headers that Sidetrack's parts agree on. */
package io.sidetrack.common.record;
