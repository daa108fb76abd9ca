package io.sidetrack.writer.thread;

import io.sidetrack.mapping.model.ItemKey;
import io.sidetrack.mapping.model.Write;
import io.sidetrack.writer.buffer.Batch;
import io.sidetrack.writer.buffer.BatchOutcome;
import io.sidetrack.writer.buffer.Outcome;
import io.sidetrack.writer.buffer.RetryCause;
import io.sidetrack.writer.table.Table;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;

/**
 * The model of one process's connection to the table. A call takes effect at any time between its sending and its response,
 * completely, partly or not at all, and the response may be lost.
 */
final class ModelTable implements Table {
    static final long MS = 1_000_000;

    private final ModelClient client;
    private final ModelLane lane;
    private final ModelStore store;
    private final VirtualTime time;
    private final SplittableRandom random;
    private final long requestTimeoutNanos;
    private final Set<ItemKey> keysInFlight = new HashSet<>();
    private int batchesInFlight;
    private long chargedUnits;

    ModelTable(
            ModelClient client,
            ModelLane lane,
            ModelStore store,
            VirtualTime time,
            SplittableRandom random,
            long requestTimeoutNanos) {
        this.client = client;
        this.lane = lane;
        this.store = store;
        this.time = time;
        this.random = random;
        this.requestTimeoutNanos = requestTimeoutNanos;
    }

    private final class Call {
        final List<Write> writes;
        final int[] epochs;
        final Outcome[] outcomes;

        Call(List<Write> writes) {
            this.writes = writes;
            this.outcomes = new Outcome[writes.size()];
            this.epochs = new int[writes.size()];
            for (int i = 0; i < epochs.length; i++) {
                epochs[i] = client.epochOf(writes.get(i).source().partition());
            }
        }

        /** @param percent the percentage of the writes that take effect */
        void takeEffect(int percent) {
            // An overwriting lane has no guard against a dead process, so a call takes effect before its process dies
            // or
            // never.
            if (client.isKilled() && !ModelStore.isGuarded(lane.precedence)) {
                return;
            }
            for (int i = 0; i < outcomes.length; i++) {
                Write write = writes.get(i);
                if (outcomes[i] != null || isPoison(write)) {
                    continue;
                }
                if (random.nextInt(100) < percent) {
                    outcomes[i] = store.apply(lane, write, epochs[i]);
                    charge(outcomes[i] instanceof Outcome.Stale stale ? stale.writeUnits() : write.writeUnits());
                }
            }
        }

        BatchOutcome answer(RetryCause others) {
            double counted = 0;
            List<Outcome> all = new ArrayList<>();
            for (int i = 0; i < outcomes.length; i++) {
                Write write = writes.get(i);
                if (outcomes[i] != null) {
                    counted += outcomes[i] instanceof Outcome.Written ? write.writeUnits() : 0;
                    all.add(outcomes[i]);
                } else if (isPoison(write) && ModelStore.isGuarded(lane.precedence)) {
                    all.add(new Outcome.Refused("ValidationException"));
                } else {
                    all.add(new Outcome.Retry(others));
                }
            }
            return new BatchOutcome.Each(all, random.nextBoolean() ? counted : 0);
        }
    }

    private boolean isPoison(Write write) {
        return lane.entry(write.source()).kind() == ModelLane.Kind.POISON;
    }

    private void charge(double units) {
        chargedUnits += (long) units;
        client.checkBudget(chargedUnits);
    }

    @Override
    public Duration maxWriteTime() {
        return Duration.ofNanos(requestTimeoutNanos);
    }

    @Override
    public CompletableFuture<BatchOutcome> write(Batch batch) {
        client.checkLegal(batch, keysInFlight, batchesInFlight);
        batchesInFlight++;
        batch.writes().forEach(write -> keysInFlight.add(write.key()));
        Call call = new Call(batch.writes());
        CompletableFuture<BatchOutcome> answer = new CompletableFuture<>();
        boolean refused = !ModelStore.isGuarded(lane.precedence)
                && batch.writes().stream().anyMatch(this::isPoison);
        FaultSchedule.Fate fate = client.weather().fate(random);
        long latency =
                fate.lostAnswer() ? requestTimeoutNanos : client.weather().latencyNanos(random);
        if (fate.effectPercent() > 0 && !refused) {
            time.after((long) (latency * random.nextDouble()), null, () -> call.takeEffect(fate.effectPercent()));
        }
        time.after(latency, client, () -> {
            batchesInFlight--;
            batch.writes().forEach(write -> keysInFlight.remove(write.key()));
            fate.whole()
                    .filter(cause -> cause == RetryCause.THROTTLED_INDEX)
                    .ifPresent(cause -> client.throttledIndexes.throttled(
                            ModelLane.INDEXES.get(random.nextInt(ModelLane.INDEXES.size())), client.now()));
            answer.complete(
                    fate.whole().isPresent()
                            ? new BatchOutcome.RetryAll(fate.whole().get())
                            : refused ? new BatchOutcome.Refused("ValidationException") : call.answer(fate.others()));
        });
        return answer;
    }
}
