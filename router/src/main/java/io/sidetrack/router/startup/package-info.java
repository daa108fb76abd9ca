/** What must be true of brokers, topics and a takeover's cut before the first record is routed. */
package io.sidetrack.router.startup;
