/**
 * What the router, the writer and the operator's tool share: settings, facts about topics and brokers, the control topic, dead
 * letters, HTTP endpoints, logging, and the life of a Kafka Streams process. Contains nothing that only one of them needs, and
 * does not depend on any of them.
 */
package io.sidetrack.common;
