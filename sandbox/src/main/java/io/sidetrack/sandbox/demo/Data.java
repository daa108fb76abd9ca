package io.sidetrack.sandbox.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sidetrack.sandbox.SandboxException;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * The records of a backfill, as a file for {@code sidetrack publish}, and the expected content of the table.
 *
 * @param file a file with one JSON object per line
 * @param keyField the field that is the table's partition key
 * @param numericKey true if the values of that field are numbers
 * @param records the number of records in the file
 * @param last the last line of each key, which is the one that the table must contain
 */
record Data(Path file, String keyField, boolean numericKey, long records, Map<String, byte[]> last) {
    private static final long SEED = 145;
    private static final ObjectReader JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build()
            .readerFor(JsonNode.class);

    /** Generates records like those of the incident: orders of about 150 bytes, each with a key of its own. */
    static Data generate(Path folder, int records) {
        Path file = folder.resolve("backfill.jsonl");
        SplittableRandom random = new SplittableRandom(SEED);
        Map<String, byte[]> last = new HashMap<>();
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            for (int i = 0; i < records; i++) {
                String id = "order-%08d".formatted(i);
                String line =
                        ("{\"id\":\"%s\",\"customer\":%d,\"total\":%d.%02d,\"paid\":%b,\"placed\":\"2019-%02d-%02dT%02d:%02d:00Z\","
                                        + "\"lines\":[{\"sku\":\"A%04d\",\"n\":%d}]}")
                                .formatted(
                                        id,
                                        random.nextInt(1_000_000),
                                        random.nextInt(1000),
                                        random.nextInt(100),
                                        random.nextBoolean(),
                                        1 + random.nextInt(12),
                                        1 + random.nextInt(28),
                                        random.nextInt(24),
                                        random.nextInt(60),
                                        random.nextInt(10_000),
                                        1 + random.nextInt(9));
                out.write(line);
                out.write('\n');
                last.put(id, line.getBytes(UTF_8));
            }
        } catch (IOException e) {
            throw new SandboxException(file + " cannot be written", e);
        }
        return new Data(file, "id", false, records, last);
    }

    /**
     * Reads the user's own records.
     *
     * @param pointer a JSON pointer to a top-level field, such as {@code /id}
     */
    static Data of(Path file, String pointer) {
        if (!pointer.startsWith("/") || pointer.indexOf('/', 1) > 0 || pointer.indexOf('~') >= 0) {
            throw new SandboxException("--key " + pointer + ": the table's key must be a top-level field, such as /id");
        }
        String field = pointer.substring(1);
        Map<String, byte[]> last = new HashMap<>();
        long records = 0;
        boolean numeric = false;
        try (BufferedReader in = Files.newBufferedReader(file)) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (!line.isBlank()) {
                    JsonNode key = JSON.readTree(line).path(field);
                    if (!key.isTextual() && !key.isNumber()) {
                        throw new SandboxException(
                                file + " line " + (records + 1) + ": no text or number at " + pointer);
                    }
                    numeric = records == 0 ? key.isNumber() : numeric;
                    records++;
                    last.put(key.asText(), line.getBytes(UTF_8));
                }
            }
        } catch (IOException e) {
            throw new SandboxException(file + " cannot be read as JSON objects, one per line", e);
        }
        if (records == 0) {
            throw new SandboxException(file + " has no records");
        }
        return new Data(file, field, numeric, records, last);
    }

    /** The first {@code count} records of the file, or fewer if it is shorter. */
    List<byte[]> first(int count) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.filter(line -> !line.isBlank())
                    .limit(count)
                    .map(line -> line.getBytes(UTF_8))
                    .toList();
        } catch (IOException e) {
            throw new SandboxException(file + " cannot be read", e);
        }
    }

    /** The Kafka key that {@code sidetrack publish} gives a line. */
    byte[] keyOf(byte[] line) {
        return parse(line).path(keyField).asText().getBytes(UTF_8);
    }

    static JsonNode parse(byte[] line) {
        try {
            return JSON.readTree(line);
        } catch (IOException e) {
            throw new SandboxException("a line that was sent is no longer readable", e);
        }
    }
}
