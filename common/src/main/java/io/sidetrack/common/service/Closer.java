package io.sidetrack.common.service;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Closes the resources that its owner has opened, each once, in reverse order. Thread-safe. */
public final class Closer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Closer.class);

    private final Deque<Runnable> closings = new ArrayDeque<>();

    /**
     * Registers a resource.
     *
     * @param close closes the resource; an exception does not keep the other resources from being closed
     * @return the resource
     */
    public synchronized <T> T add(T resource, Consumer<? super T> close) {
        closings.push(() -> close.accept(resource));
        return resource;
    }

    /** Closes what is still open. If another thread is closing it, waits for that thread. */
    @Override
    public synchronized void close() {
        while (!closings.isEmpty()) {
            try {
                closings.pop().run();
            } catch (RuntimeException e) {
                log.warn("a part of the service could not be closed; the other parts are closed", e);
            }
        }
    }
}
