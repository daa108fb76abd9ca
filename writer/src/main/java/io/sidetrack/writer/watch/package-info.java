/**
 * Watches the writer from outside its write path: whether it stands still although nothing outside is to blame, and how
 * far its commits are behind the lane. Changes nothing; what it finds is shown in the log, in metrics and in {@code
 * /livez}.
 */
package io.sidetrack.writer.watch;
