package io.sidetrack.ops.copy;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/** What the journal of copies contains, by key. */
public final class JournalFormat {
    private JournalFormat() {}

    /** Reads the state of a copy. */
    public static Optional<CopyState> read(String id, Map<String, String> journal) {
        JournalTopic.Reading reading = new JournalTopic.Reading(id);
        journal.forEach((key, value) ->
                reading.add(new ConsumerRecord<>("journal", 0, 0, key.getBytes(UTF_8), value.getBytes(UTF_8))));
        return reading.state();
    }

    /** Writes the state of a copy. */
    public static Map<String, String> write(String id, CopyState state) {
        JournalTopic topic = new JournalTopic(null, "journal");
        Map<String, String> journal = new TreeMap<>();
        put(journal, topic.record(id, state.run()));
        state.partitions().forEach((partition, progress) -> put(journal, topic.record(id, partition, progress)));
        return journal;
    }

    private static void put(Map<String, String> journal, ProducerRecord<byte[], byte[]> record) {
        journal.put(new String(record.key(), UTF_8), new String(record.value(), UTF_8));
    }
}
