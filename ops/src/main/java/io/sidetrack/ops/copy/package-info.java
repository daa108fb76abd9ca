/**
 * Copies slices of a topic to another topic, exactly once: each transaction contains the copies and, in the journal, how far the
 * copy is. An interrupted copy continues where its last transaction ended. Knows nothing about lanes, headers or commands; those
 * who use it decide which records are copied, to which partition, and with which headers.
 */
package io.sidetrack.ops.copy;
