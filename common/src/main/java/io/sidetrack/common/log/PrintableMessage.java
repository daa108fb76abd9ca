package io.sidetrack.common.log;

import ch.qos.logback.classic.pattern.MessageConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;

/** Passes the message of a log line through {@link Printable}. Replaces {@code %msg} in {@code logback.xml}. */
public final class PrintableMessage extends MessageConverter {
    @Override
    public String convert(ILoggingEvent event) {
        String message = super.convert(event);
        return message == null ? "" : Printable.text(message);
    }
}
