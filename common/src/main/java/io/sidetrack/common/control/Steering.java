package io.sidetrack.common.control;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;

/**
 * How an operator wants a backfill's writers to go on. Written by {@code sidetrack backfill}, followed by the writers.
 *
 * @param paused whether to read nothing more
 * @param writeUnits per second that each instance may consume; 0 for what its own setting says
 * @param setAtMs when, in ms since 1970
 */
public record Steering(boolean paused, int writeUnits, long setAtMs) {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** Nobody has said anything. */
    public static final Steering NONE = new Steering(false, 0, 0);

    /** As it stands in the control topic. */
    byte[] toJson() {
        try {
            return JSON.writeValueAsBytes(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("numbers can always be written", e);
        }
    }

    /**
     * Reads what is in the control topic.
     *
     * @throws IOException if it is something else
     */
    static Steering ofJson(byte[] json) throws IOException {
        return JSON.readValue(json, Steering.class);
    }
}
