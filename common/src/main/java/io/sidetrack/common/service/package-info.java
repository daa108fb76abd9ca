/**
 * The life of a Kafka Streams process: its configuration, health and metrics, the replacement of dead threads with a delay and a
 * budget, and an orderly shutdown on SIGTERM with a meaningful exit code.
 */
package io.sidetrack.common.service;
