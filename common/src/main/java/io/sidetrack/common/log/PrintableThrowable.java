package io.sidetrack.common.log;

import ch.qos.logback.classic.pattern.ThrowableProxyConverter;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.StackTraceElementProxy;

/**
 * Passes every message in the stack trace of a log line through {@link Printable}. Replaces {@code %ex} in {@code logback.xml}.
 */
public final class PrintableThrowable extends ThrowableProxyConverter {
    @Override
    protected String throwableProxyToString(IThrowableProxy failure) {
        return super.throwableProxyToString(new Printed(failure));
    }

    private record Printed(IThrowableProxy failure) implements IThrowableProxy {
        private static String printable(String message) {
            return message == null ? null : Printable.text(message);
        }

        private static IThrowableProxy printed(IThrowableProxy failure) {
            return failure == null ? null : new Printed(failure);
        }

        @Override
        public String getMessage() {
            return printable(failure.getMessage());
        }

        @Override
        public String getOverridingMessage() {
            return printable(failure.getOverridingMessage());
        }

        @Override
        public String getClassName() {
            return failure.getClassName();
        }

        @Override
        public StackTraceElementProxy[] getStackTraceElementProxyArray() {
            return failure.getStackTraceElementProxyArray();
        }

        @Override
        public int getCommonFrames() {
            return failure.getCommonFrames();
        }

        @Override
        public IThrowableProxy getCause() {
            return printed(failure.getCause());
        }

        @Override
        public IThrowableProxy[] getSuppressed() {
            IThrowableProxy[] suppressed = failure.getSuppressed();
            IThrowableProxy[] printed = new IThrowableProxy[suppressed.length];
            for (int i = 0; i < suppressed.length; i++) {
                printed[i] = printed(suppressed[i]);
            }
            return printed;
        }

        @Override
        public boolean isCyclic() {
            return failure.isCyclic();
        }
    }
}
