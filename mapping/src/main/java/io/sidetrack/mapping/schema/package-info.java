/** The keys of a table and its secondary indexes, as DynamoDB describes them. The only package here that uses types of AWS. */
package io.sidetrack.mapping.schema;
