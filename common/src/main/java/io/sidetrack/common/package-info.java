/**
 * What the router, the writer and the operator's tool share, and nothing that only one of them needs: settings, topic
 * facts, HTTP endpoints, and the life of a Kafka Streams process.
 */
package io.sidetrack.common;
