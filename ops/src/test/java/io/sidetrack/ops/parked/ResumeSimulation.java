package io.sidetrack.ops.parked;

import io.sidetrack.common.control.NamedBackfill;
import io.sidetrack.common.control.NamedBackfill.State;
import io.sidetrack.common.record.ParkedBy;
import io.sidetrack.common.topic.TopicIdentity;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/**
 * One random schedule: an operator pauses, cancels and resumes a backfill while {@link ResumeModel} works. The command crashes at
 * any step, is run again, and is run twice at once; another command pauses the backfill in the middle. Between two commands, the
 * lane is deleted and created again.
 */
final class ResumeSimulation {
    private static final int MOST_STEPS = 100_000;
    /** How far the clock of a machine that runs the command may be from that of others. */
    private static final long CLOCK_MS = 540_000;

    private static final TopicIdentity SOURCE = new TopicIdentity("cluster", "source");

    private final Random random;
    private final ResumeModel model;
    /** The number of the command that may change the setting. */
    private int commands;
    /** By kind and partition, the next offset of the parked topic that is neither copied nor discarded. */
    private final Map<ParkedBy, SortedMap<Integer, Long>> journal = new EnumMap<>(ParkedBy.class);
    /** By partition, the end of the last copy of what writers have parked. */
    private final SortedMap<Integer, Long> copyTo = new TreeMap<>();
    /** By lane and partition, the lane's offset of the last record that was copied back. */
    private final Map<OfLane, Long> copiedBack = new HashMap<>();

    private final boolean recreates;
    private boolean crashes = true;
    private int depth;

    private record OfLane(int lane, int partition) {}

    private static final class Crash extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private static final class Fenced extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    ResumeSimulation(long seed) {
        random = new Random(seed);
        model = new ResumeModel(random);
        recreates = random.nextInt(4) == 0;
        for (ParkedBy by : ParkedBy.values()) {
            journal.put(by, new TreeMap<>());
        }
    }

    void run() {
        for (int cycle = 1 + random.nextInt(3); cycle > 0; cycle--) {
            pass(random.nextInt(200));
            pause();
            pass(random.nextInt(300));
            for (int attempt = random.nextInt(4); attempt > 0; attempt--) {
                resume(random.nextInt(600));
                pass(random.nextInt(100));
            }
            if (recreates && random.nextInt(3) == 0) {
                model.recreateLane();
                pass(random.nextInt(200));
            }
        }
        model.producing = false;
        model.flood = false;
        crashes = false;
        if (!model.control.isEmpty() && !resume(MOST_STEPS)) {
            throw new AssertionError("the resume does not end");
        }
        for (int i = 0; !model.isDrained(); i++) {
            if (i == MOST_STEPS) {
                throw new AssertionError("the services do not end");
            }
            model.anything();
        }
        model.moves = false;
        if (!model.control.isEmpty() && !resume(MOST_STEPS)) {
            throw new AssertionError("the last resume does not end");
        }
        while (!model.isDrained()) {
            model.anything();
        }
        model.checkEnd();
    }

    private void pass(int steps) {
        for (int i = 0; i < steps; i++) {
            model.anything();
        }
    }

    /** The commands that pause or cancel. */
    private void pause() {
        commands++;
        Optional<NamedBackfill> now = newest();
        boolean isDiscarded = now.filter(setting -> setting.state() == State.CANCELLED && setting.discards())
                .isPresent();
        if (!isDiscarded) {
            model.control.add(
                    random.nextInt(4) > 0
                            ? NamedBackfill.paused(model.nowMs)
                            : NamedBackfill.cancelled(random.nextBoolean(), model.nowMs));
        }
    }

    private Optional<NamedBackfill> newest() {
        return model.control.isEmpty() ? Optional.empty() : Optional.of(model.control.get(model.control.size() - 1));
    }

    /** @return whether it has ended by itself */
    private boolean resume(int mostSteps) {
        if (newest().isEmpty()) {
            return false;
        }
        // The command refuses to continue, and asks for that.
        if (!newest().get().isOfLane(model.lane())) {
            model.control.add(NamedBackfill.paused(model.nowMs));
        }
        Command command = new Command(++commands);
        long differenceMs = random.nextBoolean() ? 0 : random.nextLong(-CLOCK_MS, CLOCK_MS);
        try {
            Resume resume = new Resume(
                    newest().get(),
                    command,
                    command,
                    command,
                    Resume.Timing.STANDARD,
                    () -> model.nowMs + differenceMs,
                    () -> model.nowMs);
            for (int i = 0; i < mostSteps; i++) {
                OptionalLong waitMs = resume.step();
                if (waitMs.isEmpty()) {
                    return true;
                }
                for (long until = model.nowMs + waitMs.getAsLong(); model.nowMs < until; ) {
                    command.meanwhile();
                }
            }
        } catch (Crash | Fenced | Resume.SupersededException e) {
            // Another attempt follows.
        }
        return false;
    }

    /** What one run of the command uses. */
    private final class Command implements BackfillSetting, ServicePositions, ParkedRecords {
        private final int number;
        /** Whether the current round has begun, so that the next look at the owners is its last one. */
        private boolean hasRouted;

        private long copied;
        private long discarded;

        Command(int number) {
            this.number = number;
        }

        /** Others act between any two requests. Another command may run, and this one may crash. */
        void meanwhile() {
            if (crashes && random.nextInt(400) == 0) {
                throw new Crash();
            }
            for (int i = random.nextInt(3); i >= 0; i--) {
                model.anything();
            }
            if (crashes && depth == 0 && random.nextInt(500) == 0) {
                depth++;
                if (random.nextBoolean()) {
                    pause();
                } else {
                    resume(random.nextInt(40));
                }
                depth--;
            }
        }

        private void requireOwner() {
            if (number != commands) {
                throw new Fenced();
            }
        }

        @Override
        public Optional<NamedBackfill> current() {
            meanwhile();
            return newest();
        }

        @Override
        public void put(NamedBackfill setting) {
            meanwhile();
            requireOwner();
            model.put(setting);
            meanwhile();
        }

        @Override
        public TopicIdentity lane() {
            return model.lane();
        }

        @Override
        public TopicIdentity source() {
            return SOURCE;
        }

        @Override
        public SortedMap<Integer, Long> laneEnds() {
            meanwhile();
            return model.ends(model.lane);
        }

        @Override
        public SortedMap<Integer, Long> parkedEnds() {
            meanwhile();
            return model.ends(model.parked);
        }

        @Override
        public SortedMap<Integer, Long> routed() {
            meanwhile();
            hasRouted = true;
            return model.committed();
        }

        @Override
        public String owners() {
            meanwhile();
            if (hasRouted) {
                model.ownersShown();
            }
            hasRouted = false;
            return model.owners();
        }

        @Override
        public SortedMap<String, Long> unread(SortedMap<Integer, Long> to) {
            meanwhile();
            return new TreeMap<>(Map.of("writers", model.unread(to)));
        }

        @Override
        public boolean copy(ParkedBy by, SortedMap<Integer, Long> to, BooleanSupplier keepGoing) {
            meanwhile();
            requireOwner();
            if (by == ParkedBy.WRITER) {
                to.forEach((partition, end) -> copyTo.merge(partition, end, Math::max));
            }
            return pass(by, to, keepGoing, true);
        }

        @Override
        public boolean complete(BooleanSupplier keepGoing) {
            return pass(ParkedBy.WRITER, copyTo, keepGoing, true);
        }

        @Override
        public boolean discard(ParkedBy by, SortedMap<Integer, Long> to, BooleanSupplier keepGoing) {
            return pass(by, to, keepGoing, false);
        }

        private boolean pass(ParkedBy by, SortedMap<Integer, Long> to, BooleanSupplier keepGoing, boolean copies) {
            SortedMap<Integer, Long> next = journal.get(by);
            for (Map.Entry<Integer, Long> end : to.entrySet()) {
                int partition = end.getKey();
                ResumeModel.Log log = model.parked.get(partition);
                for (int i = 0; next.getOrDefault(partition, 0L) < end.getValue(); i++) {
                    if (i > MOST_STEPS) {
                        throw new AssertionError("a transaction stays open");
                    }
                    if (random.nextInt(4) == 0 && !keepGoing.getAsBoolean()) {
                        return false;
                    }
                    meanwhile();
                    requireOwner();
                    long from = next.getOrDefault(partition, 0L);
                    long until = Math.min(Math.min(end.getValue(), log.stableEnd()), from + 1 + random.nextInt(5));
                    for (long offset = from; offset < until; offset++) {
                        ResumeModel.Entry entry = log.entries.get((int) offset);
                        if (entry.fate == ResumeModel.Fate.COMMITTED && isNext(entry, by, partition)) {
                            pass(entry, partition, copies);
                        }
                    }
                    next.put(partition, Math.max(from, until));
                }
            }
            return true;
        }

        private void pass(ResumeModel.Entry entry, int partition, boolean copies) {
            if (entry.by == ParkedBy.WRITER) {
                copiedBack.put(new OfLane(entry.laneNumber, partition), entry.laneOffset);
            }
            if (copies) {
                copied++;
                model.requireNotDiscarded(entry);
                model.lane
                        .get(partition)
                        .entries
                        .add(model.new Entry(entry.item, null, -1, ResumeModel.Fate.COMMITTED));
            } else {
                discarded++;
                model.discarded(entry.item);
            }
        }

        private boolean isNext(ResumeModel.Entry entry, ParkedBy by, int partition) {
            return entry.by == by
                    && (by == ParkedBy.ROUTER
                            || entry.laneOffset
                                    > copiedBack.getOrDefault(new OfLane(entry.laneNumber, partition), -1L));
        }

        @Override
        public boolean anyLeft(SortedMap<Integer, Long> to) {
            meanwhile();
            for (ParkedBy by : ParkedBy.values()) {
                for (Map.Entry<Integer, Long> end : to.entrySet()) {
                    for (long offset = journal.get(by).getOrDefault(end.getKey(), 0L);
                            offset < end.getValue();
                            offset++) {
                        ResumeModel.Entry entry =
                                model.parked.get(end.getKey()).entries.get((int) offset);
                        if (entry.fate != ResumeModel.Fate.ABORTED && isNext(entry, by, end.getKey())) {
                            return true;
                        }
                    }
                }
            }
            return false;
        }

        @Override
        public long copied() {
            return copied;
        }

        @Override
        public long discarded() {
            return discarded;
        }
    }
}
