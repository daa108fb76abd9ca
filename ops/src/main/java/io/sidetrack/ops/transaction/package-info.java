/** Sending records in transactions, for the commands that write records and the note that they are written together. */
package io.sidetrack.ops.transaction;
