package io.sidetrack.ops;

import java.io.PrintWriter;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import picocli.CommandLine.Option;

/** The option of a command to print its result for programs. Problems and progress are on standard error in any case. */
public final class JsonOption {
    @Option(
            names = "--json",
            description = "Print the result as one JSON object in a line (docs/commands.md lists its fields).")
    private boolean wanted;

    /** Whether the result is printed as JSON. */
    public boolean isWanted() {
        return wanted;
    }

    /** Prints the result. */
    public static void print(PrintWriter out, JsonObject result) {
        out.println(result.toString());
        out.flush();
    }

    /**
     * Prints a result with a list that does not fit into memory.
     *
     * @param result has at least one field
     * @param list the name of the list, as the last field
     * @param elements passes the elements to the consumer that it receives
     */
    public static void print(PrintWriter out, JsonObject result, String list, Consumer<Consumer<JsonObject>> elements) {
        print(out, result, list, elements, JsonObject::new);
    }

    /**
     * Prints a result with a list that does not fit into memory, and fields after the list.
     *
     * @param after the fields after the list
     */
    public static void print(
            PrintWriter out,
            JsonObject result,
            String list,
            Consumer<Consumer<JsonObject>> elements,
            Supplier<JsonObject> after) {
        String text = result.toString();
        out.print(text.substring(0, text.length() - 1) + ",\"" + list + "\":[");
        AtomicBoolean first = new AtomicBoolean(true);
        elements.accept(element -> out.print((first.getAndSet(false) ? "" : ",") + element));
        String last = after.get().toString();
        out.println(last.length() > 2 ? "]," + last.substring(1) : "]}");
        out.flush();
    }
}
