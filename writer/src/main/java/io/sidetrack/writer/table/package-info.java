/**
 * DynamoDB: how a batch becomes a call, and an answer becomes outcomes. Every call ends, by an answer or by a timeout,
 * and every failure is told apart: the table's trouble (try again), the operator's (try again and say so), or the
 * item's (refused). Nobody outside sees a type of the AWS SDK.
 */
package io.sidetrack.writer.table;
