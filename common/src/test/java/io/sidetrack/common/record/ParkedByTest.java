package io.sidetrack.common.record;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

/** The header of a parked record, whatever it contains. */
class ParkedByTest {
    private static Headers header(String value) {
        return new RecordHeaders().add(ParkedBy.HEADER, value.getBytes(UTF_8));
    }

    @Test
    void saysWhoHasParkedARecordAndWhereAWriterHasReadIt() {
        RecordHeaders router = new RecordHeaders();
        ParkedBy.ROUTER.addTo(router);
        assertThat(ParkedBy.of(router)).contains(ParkedBy.ROUTER);
        assertThat(ParkedBy.origin(router)).isEmpty();
        RecordHeaders writer = new RecordHeaders();
        ParkedBy.addWriter(writer, 7, "sidetrack-writer-a b~c");
        assertThat(ParkedBy.of(writer)).contains(ParkedBy.WRITER);
        assertThat(ParkedBy.origin(writer)).contains(new ParkedBy.Origin(7, "sidetrack-writer-a b~c"));
        assertThat(ParkedBy.of(header("writer"))).as("without an origin").contains(ParkedBy.WRITER);
    }

    @Test
    void anythingElseWasParkedByNobody() {
        for (String value : List.of("", "Router", "routers", "writer7 g", " writer 7 g")) {
            assertThat(ParkedBy.of(header(value))).as(value).isEmpty();
            assertThat(ParkedBy.origin(header(value))).as(value).isEmpty();
        }
        for (String value :
                List.of("writer 7", "writer x g", "writer  7 g", "router 7 g", "writer 99999999999999999999 g")) {
            assertThat(ParkedBy.origin(header(value))).as(value).isEmpty();
        }
        assertThat(ParkedBy.of(new RecordHeaders())).isEqualTo(Optional.empty());
        assertThat(ParkedBy.of(new RecordHeaders().add(ParkedBy.HEADER, null))).isEmpty();
    }
}
