/** Daemon threads, which do not keep a process alive. */
package io.sidetrack.common.thread;
