package io.sidetrack.ops;

import java.io.Console;
import java.util.Optional;

/** The terminal of this process, if it has one. */
public final class Terminal {
    private Terminal() {}

    /** True if standard input and output are a terminal. A command in a pipe shows no progress. */
    public static boolean isInteractive() {
        return Optional.ofNullable(System.console())
                .filter(Terminal::isTerminal)
                .isPresent();
    }

    /** Up to JDK 21, a console exists only on a terminal. Since JDK 22, it can always exist, and has this method. */
    private static boolean isTerminal(Console console) {
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (NoSuchMethodException e) {
            return true;
        } catch (ReflectiveOperationException e) {
            return false;
        }
    }
}
