package io.sidetrack.ops.replay;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sidetrack.common.record.OriginalTimestamp;
import io.sidetrack.common.record.OwnHeaders;
import io.sidetrack.common.record.ReplayOrigin;
import io.sidetrack.ops.copy.CopyHeaders;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * The headers of a replayed record: those of the record, byte for byte and in their order, then the mark of the backfill, the original
 * timestamp and the origin. Headers that only Sidetrack may set are kept only from a topic that nobody else writes; that of an earlier
 * replay is replaced.
 *
 * @param trusted whether only Sidetrack writes the topic
 * @param markName the name of the header that marks a backfill
 * @param backfill its value; empty for no such header
 */
record ReplayHeaders(boolean trusted, String markName, Optional<String> backfill) implements CopyHeaders {
    @Override
    public Headers of(ConsumerRecord<byte[], byte[]> source) {
        Headers headers = new RecordHeaders();
        OwnHeaders.forEachKept(source.headers(), trusted, header -> {
            if (!header.key().equals(ReplayOrigin.HEADER)) {
                headers.add(header);
            }
        });
        backfill.ifPresent(name -> headers.add(markName, name.getBytes(UTF_8)));
        OriginalTimestamp.addIfAbsent(headers, source.timestamp());
        ReplayOrigin.add(headers, source.topic(), source.partition(), source.offset());
        return headers;
    }
}
