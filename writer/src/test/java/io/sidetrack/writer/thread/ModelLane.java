package io.sidetrack.writer.thread;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sidetrack.mapping.model.IndexEntries;
import io.sidetrack.mapping.model.ItemKey;
import io.sidetrack.mapping.model.MappingResult;
import io.sidetrack.mapping.model.Reason;
import io.sidetrack.mapping.model.RecordHeader;
import io.sidetrack.mapping.model.Rejection;
import io.sidetrack.mapping.model.SourceRecord;
import io.sidetrack.mapping.model.Version;
import io.sidetrack.mapping.model.Write;
import io.sidetrack.writer.buffer.Precedence;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/** The model of a lane topic with all its records, the group's commits, the dead-letter topic and the parked topic. */
final class ModelLane {
    /** The secondary indexes of the table. */
    static final List<String> INDEXES = List.of("by-a", "by-b");

    /** The kinds of records. */
    enum Kind {
        PUT,
        DELETE,
        /** The mapper rejects it. */
        BAD,
        /** The mapper rejects it, and the dead-letter topic accepts only a reduced form. */
        BAD_AND_HUGE,
        /** The table refuses it. */
        POISON
    }

    /** What a process does with a record, by the operator's setting for its backfill. */
    enum Treatment {
        WRITE,
        PARK,
        DISCARD;

        static final List<Treatment> ALL = List.of(values());
    }

    /**
     * @param number the position among all records of the lane, in the order in which they were produced
     * @param named whether it belongs to the named backfill, as all records of its key do
     */
    record Entry(int number, ItemKey key, Kind kind, int units, Version version, boolean named) {}

    /** The largest value that the dead-letter topic accepts. */
    static final int DEAD_LETTER_BYTES = 4000;

    final String name;
    final Precedence precedence;
    final List<List<Entry>> partitions = new ArrayList<>();
    /** By partition, the committed offset. */
    final int[] committed;
    /** By partition, the number of times that it got a new owner. */
    final int[] epoch;
    /** The numbers of the records whose dead letter was acknowledged. */
    final Set<Integer> deadLettered = new HashSet<>();
    /** Keys with a record that the table refuses; such a record may have superseded an older one. */
    final Set<ItemKey> poisoned = new HashSet<>();

    /** By partition, the numbers of the records in the parked topic. */
    final List<List<Integer>> parked = new ArrayList<>();
    /** By number of a record of the named backfill, what its partition's last owner has done with it. */
    final Map<Integer, Treatment> treatments = new HashMap<>();

    int size;

    ModelLane(String name, Precedence precedence, int partitionCount) {
        this.name = name;
        this.precedence = precedence;
        this.committed = new int[partitionCount];
        this.epoch = new int[partitionCount];
        for (int p = 0; p < partitionCount; p++) {
            partitions.add(new ArrayList<>());
            parked.add(new ArrayList<>());
        }
    }

    void fill(
            int records,
            int keys,
            int badPercent,
            int deletePercent,
            int maxUnits,
            boolean live,
            int everyNamedKey,
            SplittableRandom random) {
        for (int i = 0; i < records; i++) {
            int key = random.nextInt(keys);
            int dice = random.nextInt(100);
            Kind kind = dice < badPercent
                    ? Kind.values()[2 + random.nextInt(3)]
                    : dice < badPercent + deletePercent ? Kind.DELETE : Kind.PUT;
            ItemKey itemKey = new ItemKey("k" + key, "");
            if (kind == Kind.POISON) {
                poisoned.add(itemKey);
            }
            List<Entry> partition = partitions.get(key % partitions.size());
            Version version = precedence == Precedence.HIGHEST
                    ? new Version(BigDecimal.valueOf(random.nextInt(50)), size - (live ? 0 : 1_000_000))
                    : Version.NONE;
            partition.add(new Entry(
                    size++, itemKey, kind, 1 + random.nextInt(maxUnits), version, (key + 1) % everyNamedKey == 0));
        }
    }

    Entry entry(SourceRecord source) {
        return partitions.get(source.partition()).get((int) source.offset());
    }

    SourceRecord source(int partition, int offset) {
        Entry entry = partitions.get(partition).get(offset);
        byte[] value = new byte[entry.kind == Kind.BAD_AND_HUGE ? 2 * DEAD_LETTER_BYTES : 1];
        return new SourceRecord(
                name,
                partition,
                offset,
                0,
                entry.key.partition().getBytes(UTF_8),
                value,
                List.of(new RecordHeader("offset", Integer.toString(offset).getBytes(UTF_8))));
    }

    MappingResult mapped(int partition, int offset) {
        Entry entry = partitions.get(partition).get(offset);
        SourceRecord source = source(partition, offset);
        if (entry.kind == Kind.BAD || entry.kind == Kind.BAD_AND_HUGE) {
            return new MappingResult.Rejected(source, new Rejection(Reason.NOT_JSON, "bad"));
        }
        // With versions, a delete leaves a marker, so it is a put.
        Write.Kind kind =
                entry.kind == Kind.DELETE && precedence != Precedence.HIGHEST ? Write.Kind.DELETE : Write.Kind.PUT;
        return new MappingResult.Accepted(new Write(
                entry.key,
                kind,
                new byte[1 + entry.number % 80],
                entry.units * 1024,
                entry.version,
                source,
                new IndexEntries(entry.number % (1 << INDEXES.size()), 0)));
    }

    boolean isParked(Entry entry) {
        return parked.stream().anyMatch(partition -> partition.contains(entry.number));
    }

    /** Whether the last copies of the records that were parked are in the order of the lane. */
    boolean isParkedInOrder(int partition) {
        int before = -1;
        for (Entry entry : partitions.get(partition)) {
            if (treatments.get(entry.number) == Treatment.PARK && entry.kind != Kind.BAD_AND_HUGE) {
                int last = parked.get(partition).lastIndexOf(entry.number);
                if (last <= before) {
                    return false;
                }
                before = last;
            }
        }
        return true;
    }

    boolean isCommitted() {
        for (int p = 0; p < committed.length; p++) {
            if (committed[p] < partitions.get(p).size()) {
                return false;
            }
        }
        return true;
    }

    long uncommittedUnits() {
        long units = 0;
        for (int p = 0; p < committed.length; p++) {
            for (Entry entry :
                    partitions.get(p).subList(committed[p], partitions.get(p).size())) {
                units += entry.units;
            }
        }
        return units;
    }
}
