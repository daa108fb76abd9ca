/** The headers by which the router, the writer and the operator's tool pass information with a record. */
package io.sidetrack.common.record;
