package io.sidetrack.common.log;

import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.encoder.EncoderBase;

/**
 * Writes log events as text or as JSON, as {@code LOG_FORMAT} demands. Configured in {@code logback.xml}. Any format but
 * {@code json} means text, because a service with an unknown format does not start
 * ({@code io.sidetrack.common.settings.LogSettings}). Thread-safe after {@link #start}.
 */
public final class LogEncoder extends EncoderBase<ILoggingEvent> {
    private String format = "";
    private String pattern = "";
    private Encoder<ILoggingEvent> encoder;

    /** The value of {@code LOG_FORMAT}; called by logback. */
    public void setFormat(String format) {
        this.format = format;
    }

    /** The pattern of a line of text; called by logback. */
    public void setPattern(String pattern) {
        this.pattern = pattern;
    }

    @Override
    public void start() {
        if (format.trim().equals("json")) {
            encoder = new JsonEncoder();
        } else {
            PatternLayoutEncoder text = new PatternLayoutEncoder();
            text.setPattern(pattern);
            encoder = text;
        }
        encoder.setContext(context);
        encoder.start();
        super.start();
    }

    @Override
    public void stop() {
        super.stop();
        encoder.stop();
    }

    @Override
    public byte[] headerBytes() {
        return encoder.headerBytes();
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        return encoder.encode(event);
    }

    @Override
    public byte[] footerBytes() {
        return encoder.footerBytes();
    }
}
