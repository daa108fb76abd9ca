package io.sidetrack.writer.table;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Lets as many calls run at a time as there are connections; the others wait here, in order, and not in the HTTP client,
 * where the wait would count against their timeout. A call waits until one ahead of it ends, which each does within its
 * timeout; so the wait needs no end of its own. Thread-safe.
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
     * Runs a call: at once on the caller's thread if there is a free slot, and otherwise on the thread that frees one.
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

    /** The next call, to which a slot goes over that has become free; null if none waits. */
    private synchronized Call<?> freed() {
        Call<?> next = waiting.poll();
        if (next == null) {
            free++;
        }
        return next;
    }

    /** Starts a call; and while calls end at once, the next ones in a loop, because recursion would use up the stack. */
    private void startAll(Call<?> first) {
        Call<?> next = first;
        while (next != null) {
            next = startOne(next) ? freed() : null;
        }
    }

    /** @return whether the call has ended already */
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
        CompletableFuture<T> runs = running;
        var unused = running.whenComplete((answer, failure) -> {
            // First the next call, and then what follows from this one, which may take a while.
            startAll(freed());
            complete(call, runs);
        });
        return false;
    }

    private static <T> void complete(Call<T> call, CompletableFuture<T> ended) {
        var unused = ended.whenComplete((answer, failure) -> {
            if (failure == null) {
                call.result.complete(answer);
            } else {
                call.result.completeExceptionally(failure);
            }
        });
    }
}
