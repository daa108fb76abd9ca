package io.sidetrack.writer.thread;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * The model of a stream thread of Kafka Streams 4.3.1, as far as the writer depends on it: it polls, handles revoked, lost
 * and assigned partitions, processes rounds of records until its queues are empty or the topology is paused, punctuates
 * unless it is paused, flushes before it commits, and checks for a shutdown only between rounds. A wait that blocks the real
 * thread blocks this one in virtual time.
 */
final class ModelThread {
    private static final long MS = ModelTable.MS;
    private static final int QUEUE = 100;
    private static final int POLL = 50;
    private static final long POLL_NANOS = 400 * MS;

    final ModelClient client;
    final Thread identity;
    private final SplittableRandom random;
    private final List<Task> tasks = new ArrayList<>();
    final TreeSet<Integer> toRevoke = new TreeSet<>();
    final Deque<Integer> toAssign = new ArrayDeque<>();

    /** Whether the group has removed this member. */
    boolean lost;

    /** Whether the next round throws. */
    boolean fails;

    boolean dead;

    /** The number of records of a task in a round; a pause does not end the round of the current task. */
    int iterations = 1;

    private long lastPollNanos;
    private long lastCommitNanos;
    private long lastPunctuationNanos;

    private Wait waitsFor;
    private Runnable afterWait;
    private VirtualTime.Event deadline;

    private final class Task {
        final int partition;
        final LaneTask laneTask;
        /** The partition's owner that this task is. */
        final int epoch;

        final Deque<Integer> queue = new ArrayDeque<>();
        boolean commitRequested;
        boolean commitNeeded;
        int nextPoll;
        int nextProcess;

        Task(int partition) {
            this.partition = partition;
            this.laneTask = new LaneTask(client.lane.name, partition, () -> commitRequested = true);
            this.nextPoll = client.lane.committed[partition];
            this.nextProcess = nextPoll;
            this.epoch = ++client.lane.epoch[partition];
        }
    }

    ModelThread(ModelClient client, String name, SplittableRandom random) {
        this.client = client;
        this.identity = new Thread(name);
        this.random = random;
        long now = client.now();
        lastCommitNanos = now;
        lastPunctuationNanos = now;
        later(0, this::runOnce);
    }

    private ThreadWriter writer() {
        return client.writers.of(identity);
    }

    List<Integer> partitions() {
        return tasks.stream().map(task -> task.partition).toList();
    }

    /** Whether a polled record has not been accepted. */
    boolean hasQueued() {
        return tasks.stream().anyMatch(task -> !task.queue.isEmpty());
    }

    private void later(long nanos, Runnable then) {
        client.after(nanos, then);
    }

    /** Blocks until a wait is over, which {@link #look} checks. */
    private void block(Wait wait, Runnable then) {
        waitsFor = wait;
        afterWait = then;
        look();
    }

    /** Checks the current wait after an event in this process or at the deadline of the wait. */
    void look() {
        if (waitsFor == null) {
            return;
        }
        long left = waitsFor.leftNanos(client.now());
        if (deadline != null) {
            deadline.cancel();
        }
        if (left <= 0) {
            waitsFor = null;
            later(random.nextInt(3) * MS / 10, afterWait);
        } else if (left < 3_600_000 * MS) {
            deadline = client.after(left, this::look);
        }
    }

    private void runOnce() {
        if (dead) {
            return;
        }
        lastPollNanos = client.now();
        if (fails) {
            fails = false;
            die();
            return;
        }
        if (lost) {
            client.lostPartitionsInShutdown |= client.isStopping();
            closeAll(new ArrayList<>(tasks), true, () -> {
                lost = false;
                later(MS, this::runOnce);
            });
            return;
        }
        List<Task> revoked =
                tasks.stream().filter(task -> toRevoke.contains(task.partition)).toList();
        toRevoke.clear();
        if (!revoked.isEmpty()) {
            revoke(revoked);
            return;
        }
        while (!toAssign.isEmpty()) {
            int partition = toAssign.poll();
            if (!client.group.owns(partition, this)) {
                // The partition of a task to revive was assigned to another member.
                continue;
            }
            Task task = new Task(partition);
            tasks.add(task);
            writer().open(task.laneTask);
        }
        if (client.isStopping()) {
            shutDown(true);
            return;
        }
        for (Task task : tasks) {
            int end = client.lane.partitions.get(task.partition).size();
            for (int i = random.nextInt(POLL); i > 0 && task.queue.size() < QUEUE && task.nextPoll < end; i--) {
                task.queue.add(task.nextPoll++);
            }
        }
        round();
    }

    private void round() {
        process(0, iterations, 0);
    }

    private void process(int first, int left, int processed) {
        int done = processed;
        int rest = left;
        for (int i = first; i < tasks.size(); i++) {
            Task task = tasks.get(i);
            boolean inTheMiddle = i == first && rest < iterations;
            while ((inTheMiddle || !client.isPaused()) && rest > 0 && !task.queue.isEmpty()) {
                int offset = task.queue.remove();
                task.nextProcess = offset + 1;
                task.commitNeeded = true;
                done++;
                rest--;
                inTheMiddle = true;
                if (!accept(task, offset)) {
                    int index = i;
                    int restNow = rest;
                    int doneNow = done;
                    block(writer().roomWait(), () -> {
                        writer().endRoomWait();
                        process(index, restNow, doneNow);
                    });
                    return;
                }
            }
            rest = iterations;
        }
        int all = done;
        later(done * MS / 50, () -> punctuateAndCommit(all));
    }

    /** @return whether there is room for more */
    private boolean accept(Task task, int offset) {
        ModelLane lane = client.lane;
        ModelLane.Entry entry = lane.partitions.get(task.partition).get(offset);
        if (!entry.named()) {
            return writer().add(task.laneTask, offset, lane.mapped(task.partition, offset));
        }
        if (task.epoch == lane.epoch[task.partition]) {
            lane.treatments.put(entry.number(), client.treatment);
        }
        return switch (client.treatment) {
            case WRITE -> writer().add(task.laneTask, offset, lane.mapped(task.partition, offset));
            case PARK -> writer().addParked(task.laneTask, lane.source(task.partition, offset), client.treatmentNumber);
            case DISCARD -> writer().addDiscarded(task.laneTask, lane.source(task.partition, offset));
        };
    }

    private void punctuateAndCommit(int processed) {
        long now = client.now();
        boolean punctuated =
                now - lastPunctuationNanos >= client.flushNanos() && !client.isPaused() && !tasks.isEmpty();
        if (punctuated) {
            lastPunctuationNanos = now;
            writer().tick();
        }
        boolean due = now - lastCommitNanos > client.commitIntervalNanos();
        List<Task> tasksToCommit = tasks.stream()
                .filter(task -> task.commitNeeded && (due || task.commitRequested))
                .toList();
        if (tasksToCommit.isEmpty()) {
            endOfIteration(processed, punctuated);
            return;
        }
        tasksToCommit.forEach(task -> task.commitRequested = false);
        flush(tasksToCommit, 0, true, durable -> {
            if (durable && commit(tasksToCommit)) {
                lastCommitNanos = client.now();
            }
            endOfIteration(processed, true);
        });
    }

    private void endOfIteration(int processed, boolean interrupted) {
        boolean lateForPoll = client.now() - lastPollNanos > client.maxPollNanos() / 2;
        iterations = interrupted || lateForPoll ? Math.max(1, iterations / 2) : iterations + 1;
        if (processed == 0) {
            later(1 + random.nextLong(POLL_NANOS), this::runOnce);
        } else if (lateForPoll) {
            later(1, this::runOnce);
        } else {
            later(1, this::round);
        }
    }

    /** Streams flushes the producer once for each task. */
    private void flush(List<Task> some, int index, boolean canBePostponed, Consumer<Boolean> then) {
        if (index == some.size()) {
            then.accept(true);
            return;
        }
        block(writer().beginDrain(canBePostponed), () -> {
            if (writer().endDrain(canBePostponed)) {
                flush(some, index + 1, canBePostponed, then);
            } else {
                then.accept(false);
            }
        });
    }

    private boolean commit(List<Task> some) {
        if (client.weather().failsBroker(random)) {
            return false;
        }
        if (!some.stream().allMatch(task -> client.group.owns(task.partition, this))) {
            // The group has removed this member.
            lost = true;
            client.lostPartitionsInShutdown |= client.isStopping();
            return false;
        }
        for (Task task : some) {
            client.commit(task.partition, task.nextProcess);
            task.commitNeeded = false;
        }
        return true;
    }

    private void revoke(List<Task> revoked) {
        List<Task> tasksToCommit = revoked.stream().noneMatch(task -> task.commitNeeded) ? List.of() : tasksToCommit();
        flush(tasksToCommit, 0, false, durable -> {
            if (!durable) {
                die();
            } else if (commit(tasksToCommit)) {
                closeAll(revoked, false, () -> later(MS, this::runOnce));
            } else {
                // Streams closes the tasks that it could not commit, and revives those that were not revoked.
                List<Integer> revive = tasksToCommit.stream()
                        .filter(task -> !revoked.contains(task))
                        .map(task -> task.partition)
                        .toList();
                List<Task> closing = new ArrayList<>(tasksToCommit);
                revoked.stream().filter(task -> !closing.contains(task)).forEach(closing::add);
                closeAll(closing, true, revive, () -> {
                    toAssign.addAll(revive);
                    later(MS, this::runOnce);
                });
            }
        });
    }

    private List<Task> tasksToCommit() {
        return tasks.stream().filter(task -> task.commitNeeded).toList();
    }

    private void closeAll(List<Task> some, boolean dirty, Runnable then) {
        closeAll(some, dirty, List.of(), then);
    }

    /** @param kept the partitions that the thread keeps */
    private void closeAll(List<Task> some, boolean dirty, List<Integer> kept, Runnable then) {
        if (some.isEmpty()) {
            then.run();
            return;
        }
        Task task = some.get(0);
        client.writers.onClose(task.laneTask, dirty);
        block(writer().close(task.laneTask), () -> {
            tasks.remove(task);
            if (!kept.contains(task.partition)) {
                client.group.free(task.partition, this);
            }
            closeAll(some.subList(1, some.size()), dirty, kept, then);
        });
    }

    private void shutDown(boolean clean) {
        List<Task> tasksToCommit = clean ? tasksToCommit() : List.of();
        flushAtStop(new ArrayList<>(tasksToCommit), new ArrayList<>(), failed -> {
            List<Task> flushed = tasksToCommit.stream()
                    .filter(task -> !failed.contains(task))
                    .toList();
            boolean committed = flushed.isEmpty() || commit(flushed);
            List<Task> dirty = new ArrayList<>(!clean ? tasks : committed ? failed : tasksToCommit);
            List<Task> closing = new ArrayList<>(tasks);
            closing.removeAll(dirty);
            closeAll(closing, false, () -> closeAll(dirty, true, this::retire));
        });
    }

    private void flushAtStop(List<Task> left, List<Task> failed, Consumer<List<Task>> then) {
        if (left.isEmpty()) {
            then.accept(failed);
            return;
        }
        Task task = left.remove(0);
        flush(List.of(task), 0, false, durable -> {
            if (!durable) {
                failed.add(task);
            }
            flushAtStop(left, failed, then);
        });
    }

    /** Fails the thread: Streams closes all its tasks without a commit. */
    void die() {
        shutDown(false);
    }

    private void retire() {
        if (!client.writers.ofIfAny(identity).isPresent()) {
            ended();
            return;
        }
        block(client.writers.beginRetirement(identity), () -> {
            client.writers.endRetirement(identity);
            ended();
        });
    }

    private void ended() {
        dead = true;
        toAssign.forEach(partition -> client.group.free(partition, this));
        client.ended(this);
    }
}
