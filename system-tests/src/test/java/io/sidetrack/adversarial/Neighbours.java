package io.sidetrack.adversarial;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Ordinary records of well-known keys, among the hostile ones. The last value of each key must be in the table. */
final class Neighbours {
    static final int KEYS = 100;

    private final String topic;
    private final long[] last = new long[KEYS];
    private long sent;

    Neighbours(String topic) {
        this.topic = topic;
    }

    /** A key's name, which is also the item's id. */
    static String key(int number) {
        return "n-" + number;
    }

    /** A new value of any key. */
    ProducerRecord<byte[], byte[]> next(Random random) {
        return next(random.nextInt(KEYS));
    }

    /** A new value of every key. */
    List<ProducerRecord<byte[], byte[]>> all() {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int number = 0; number < KEYS; number++) {
            records.add(next(number));
        }
        return records;
    }

    private ProducerRecord<byte[], byte[]> next(int number) {
        last[number]++;
        sent++;
        // An escape is what a fast path for plain JSON leaves to the real parser.
        String value = "{\"id\":\"" + key(number) + "\",\"v\":" + last[number] + ",\"place\":\"Caf\\u00e9\"}";
        return new ProducerRecord<>(topic, key(number).getBytes(UTF_8), value.getBytes(UTF_8));
    }

    /** The last value of a key. */
    long last(int number) {
        return last[number];
    }

    /** Records made so far. */
    long sent() {
        return sent;
    }
}
