package io.sidetrack.writer.buffer;

import io.sidetrack.mapping.model.MappingResult;
import io.sidetrack.mapping.model.Reason;
import io.sidetrack.mapping.model.Rejection;

/** Results of mapping records, as the mapper returns them, for tests of the later steps. */
final class Records {
    static final String TOPIC = "lane";

    private Records() {}

    static MappingResult put(String key, long offset) {
        return accepted(WriteBuilder.put(key).offset(offset));
    }

    static MappingResult put(String key, int partition, long offset) {
        return accepted(WriteBuilder.put(key).partition(partition).offset(offset));
    }

    static MappingResult large(String key, long offset, int bytes) {
        return accepted(WriteBuilder.put(key).offset(offset).jsonBytes(bytes).itemBytes(bytes));
    }

    static MappingResult bad(int partition, long offset) {
        return new MappingResult.Rejected(
                WriteBuilder.put("bad")
                        .partition(partition)
                        .offset(offset)
                        .build()
                        .source(),
                new Rejection(Reason.NOT_JSON, "the value is not JSON"));
    }

    private static MappingResult accepted(WriteBuilder write) {
        return new MappingResult.Accepted(write.build());
    }
}
