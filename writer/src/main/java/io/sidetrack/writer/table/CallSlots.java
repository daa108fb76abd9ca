package io.sidetrack.writer.table;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Runs as many calls at a time as there are connections. The others wait here, in order, because a wait in the HTTP client
 * would count against their timeout. A waiting call starts when a running one ends, which happens within its timeout, so the
 * wait needs no deadline. Thread-safe.
 */
final class CallSlots {
    /** Guarded by this. */
    private final Deque<Call<?>> waiting = new ArrayDeque<>();
    /** Guarded by this. */
    private int free;

    private record Call<T>(Supplier<CompletableFuture<T>> start, CompletableFuture<T> result) {}

    CallSlots(int slots) {
        this.free = slots;
    }

    /**
     * Runs a call: at once on the caller's thread if a slot is free, otherwise on the thread that frees one.
     *
     * @param start starts the call; its future must complete
     * @return completes as the call does
     */
    <T> CompletableFuture<T> run(Supplier<CompletableFuture<T>> start) {
        Call<T> call = new Call<>(start, new CompletableFuture<>());
        if (takesSlot(call)) {
            startAll(call);
        }
        return call.result;
    }

    private synchronized boolean takesSlot(Call<?> call) {
        if (free == 0) {
            waiting.add(call);
            return false;
        }
        free--;
        return true;
    }

    /** Passes a freed slot to the next waiting call. @return that call; null if none waits */
    private synchronized Call<?> freed() {
        Call<?> next = waiting.poll();
        if (next == null) {
            free++;
        }
        return next;
    }

    /** Starts a call, and the next one while calls end at once. A loop, because recursion could exhaust the stack. */
    private void startAll(Call<?> first) {
        Call<?> next = first;
        while (next != null) {
            next = startOne(next) ? freed() : null;
        }
    }

    /** @return whether the call has already ended */
    private <T> boolean startOne(Call<T> call) {
        CompletableFuture<T> running;
        try {
            running = call.start.get();
        } catch (RuntimeException | Error e) {
            running = CompletableFuture.failedFuture(e);
        }
        if (running.isDone()) {
            complete(call, running);
            return true;
        }
        CompletableFuture<T> started = running;
        var unused = running.whenComplete((response, failure) -> {
            // Starts the next call first, because the callbacks of this one may take a while.
            startAll(freed());
            complete(call, started);
        });
        return false;
    }

    private static <T> void complete(Call<T> call, CompletableFuture<T> ended) {
        var unused = ended.whenComplete((response, failure) -> {
            if (failure == null) {
                call.result.complete(response);
            } else {
                call.result.completeExceptionally(failure);
            }
        });
    }
}
