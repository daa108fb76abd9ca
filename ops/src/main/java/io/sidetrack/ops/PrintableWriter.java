package io.sidetrack.ops;

import io.sidetrack.common.log.Printable;
import java.io.PrintWriter;
import java.util.Locale;

/**
 * The output of every command, without control characters. Names, keys, reasons and headers can come from any producer, so
 * text passes through {@link Printable}: {@code println} prints one line, whatever its text contains; {@code print} keeps line
 * feeds; {@code printf} keeps its format, which belongs to the command, and treats each argument as one line.
 */
final class PrintableWriter extends PrintWriter {
    PrintableWriter(PrintWriter out) {
        super(out, true);
    }

    @Override
    public void print(String text) {
        super.print(Printable.lines(String.valueOf(text)));
    }

    @Override
    public void print(Object value) {
        print(String.valueOf(value));
    }

    @Override
    public void println(String text) {
        super.print(Printable.text(String.valueOf(text)));
        println();
    }

    @Override
    public void println(Object value) {
        println(String.valueOf(value));
    }

    @Override
    public PrintWriter printf(String format, Object... arguments) {
        return format(format, arguments);
    }

    @Override
    public PrintWriter printf(Locale locale, String format, Object... arguments) {
        return format(locale, format, arguments);
    }

    @Override
    public PrintWriter format(String format, Object... arguments) {
        return super.format(format, printable(arguments));
    }

    @Override
    public PrintWriter format(Locale locale, String format, Object... arguments) {
        return super.format(locale, format, printable(arguments));
    }

    private static Object[] printable(Object[] arguments) {
        Object[] printable = new Object[arguments.length];
        for (int i = 0; i < arguments.length; i++) {
            Object argument = arguments[i];
            printable[i] = argument == null || argument instanceof Number || argument instanceof Boolean
                    ? argument
                    : Printable.text(argument.toString());
        }
        return printable;
    }
}
