package io.sidetrack.ops;

import java.io.Console;
import java.util.Optional;

/** Whether somebody watches. */
public final class Terminal {
    private Terminal() {}

    /** Whether standard input and output are a terminal: a command that is piped keeps quiet. */
    public static boolean isWatched() {
        return Optional.ofNullable(System.console())
                .filter(Terminal::isTerminal)
                .isPresent();
    }

    /** Until JDK 21 there is a console only on a terminal; since JDK 22 there can be one always, and it can be asked. */
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
