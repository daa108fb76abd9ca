package io.sidetrack.common.control;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.SortedMap;

/**
 * Where a source topic ended when a router took it over from another consumer group: what lies before is the backlog, what
 * lies behind came after. Written by {@code sidetrack adopt}, read by the router.
 *
 * @param source the topic
 * @param group the consumer group whose offsets were taken over
 * @param takenAtMs when, in ms since 1970
 * @param ends by partition, the offset of the first record that is not part of the backlog
 */
public record Cut(String source, String group, long takenAtMs, SortedMap<Integer, Long> ends) {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** As it stands in the control topic. */
    byte[] toJson() {
        try {
            return JSON.writeValueAsBytes(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("numbers and text can always be written", e);
        }
    }

    /** @throws java.io.IOException if it is not one */
    static Cut ofJson(byte[] json) throws java.io.IOException {
        return JSON.readValue(json, Cut.class);
    }
}
