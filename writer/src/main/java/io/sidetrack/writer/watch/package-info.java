/**
 * Monitors the writer from outside its write path: whether it is stalled although nothing outside it fails, and how far its
 * commits lag behind the lane. Changes nothing; the results appear in the log, in metrics and in {@code /livez}.
 */
package io.sidetrack.writer.watch;
