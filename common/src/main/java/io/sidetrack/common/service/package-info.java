/**
 * The life of a Kafka Streams process: started, watched, its dead threads replaced with delay and within a budget,
 * stopped in order on SIGTERM, with an exit code that tells what happened.
 */
package io.sidetrack.common.service;
