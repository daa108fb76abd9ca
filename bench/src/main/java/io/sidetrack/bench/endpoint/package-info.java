/**
 * A table in memory that speaks DynamoDB's protocol and answers after a fixed time. One thread serves every connection,
 * so that as much as can be of the machine is left to what is measured.
 */
package io.sidetrack.bench.endpoint;
