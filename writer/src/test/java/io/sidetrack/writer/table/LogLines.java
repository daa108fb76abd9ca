package io.sidetrack.writer.table;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.helpers.MessageFormatter;

/** A logger that keeps its lines. Thread-safe. */
final class LogLines {
    private final List<String> lines = new CopyOnWriteArrayList<>();

    Logger logger() {
        return (Logger) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Logger.class}, (proxy, method, arguments) -> {
                    Object[] values = arguments.length == 2 && arguments[1] instanceof Object[] many
                            ? many
                            : List.of(arguments).subList(1, arguments.length).toArray();
                    lines.add(MessageFormatter.arrayFormat((String) arguments[0], values)
                            .getMessage());
                    return null;
                });
    }

    List<String> all() {
        return lines;
    }
}
