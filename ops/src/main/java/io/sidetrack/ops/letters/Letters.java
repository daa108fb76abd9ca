package io.sidetrack.ops.letters;

import io.sidetrack.common.record.DeadLetterHeaders;
import io.sidetrack.common.topic.TopicFacts;
import io.sidetrack.ops.OpsException;
import io.sidetrack.ops.cluster.Cluster;
import io.sidetrack.ops.cluster.RecordReader;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * What lies in a dead-letter topic. Nothing is ever taken out of it: a letter that was replayed is marked by a record behind
 * it, which is written in the same transaction as the replayed record, so that there are both or none.
 */
final class Letters {
    /** On a mark: the place of the letter that was replayed. */
    static final String REPLAYED = "sidetrack-replayed";

    /** By place, in the order of the topic. */
    private final SortedMap<Place, Letter> letters = new TreeMap<>();

    private final Set<String> replayed = new HashSet<>();

    private record Place(int partition, long offset) implements Comparable<Place> {
        @Override
        public int compareTo(Place other) {
            return partition == other.partition
                    ? Long.compare(offset, other.offset)
                    : Integer.compare(partition, other.partition);
        }
    }

    static Letters read(Cluster cluster, TopicFacts topic, LetterFilter filter) {
        Collection<TopicPartition> partitions = IntStream.range(0, topic.partitions())
                .mapToObj(partition -> new TopicPartition(topic.name(), partition))
                .toList();
        Letters letters = new Letters();
        RecordReader.all(cluster.client(), partitions, record -> letters.add(record, filter));
        return letters;
    }

    private void add(ConsumerRecord<byte[], byte[]> record, LetterFilter filter) {
        Optional<String> mark = DeadLetterHeaders.text(record.headers(), REPLAYED);
        if (mark.isPresent()) {
            replayed.add(mark.get());
            return;
        }
        Letter letter = new Letter(record);
        if (filter.matches(letter)) {
            letters.put(new Place(record.partition(), record.offset()), letter);
        }
    }

    boolean isReplayed(Letter letter) {
        return replayed.contains(letter.place());
    }

    /** All that the filter lets through, replayed or not. */
    Collection<Letter> all() {
        return letters.values();
    }

    /** Those that were not replayed. */
    List<Letter> open() {
        List<Letter> open = new ArrayList<>(letters.values());
        open.removeIf(this::isReplayed);
        return open;
    }

    /** @throws OpsException if there is none */
    Letter at(String place) {
        return letters.values().stream()
                .filter(letter -> letter.place().equals(place))
                .findFirst()
                .orElseThrow(() -> new OpsException(
                        "there is no dead letter at " + place + "; `dead-letters list --each` names them"));
    }
}
