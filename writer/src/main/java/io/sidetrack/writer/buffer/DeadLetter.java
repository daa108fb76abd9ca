package io.sidetrack.writer.buffer;

import io.sidetrack.writer.item.Origin;
import io.sidetrack.writer.item.Rejection;

/** A record that cannot be written, on its way to the dead-letter topic. */
public record DeadLetter(Origin origin, Rejection rejection) {}
