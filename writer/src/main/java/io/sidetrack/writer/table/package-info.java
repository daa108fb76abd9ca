/**
 * DynamoDB: converts batches to calls, and responses to outcomes. Every call ends, by a response or by a timeout. Every failure
 * is attributed: to the table (try again), to the configuration (try again, and log the remedy for an operator), or to the
 * item (refused). No other package uses types of the AWS SDK.
 */
package io.sidetrack.writer.table;
