package io.sidetrack.common.control;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sidetrack.common.topic.TopicIdentity;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An incomplete cut in the control topic is invalid. */
class CutTest {
    @Test
    void writtenCutCanBeRead() throws IOException {
        Cut cut = new Cut("orders", "old", 5, new TreeMap<>(Map.of(0, 10L, 1, 0L)), new TopicIdentity("c", "t"));
        assertThat(ControlJson.read(ControlJson.write(cut), Cut.class)).isEqualTo(cut);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "{}",
                "{\"source\":null,\"group\":\"g\",\"takenAtMs\":1,\"ends\":{}}",
                "{\"source\":\"s\",\"group\":\"g\",\"takenAtMs\":1,\"ends\":null}",
                "{\"source\":\"s\",\"group\":\"g\",\"takenAtMs\":1,\"ends\":{\"0\":null}}",
                "{\"source\":\"s\",\"group\":\"g\",\"takenAtMs\":1,\"ends\":{\"0\":-1}}",
                "{\"source\":\"s\",\"group\":\"g\",\"takenAtMs\":1,\"ends\":{\"-1\":1}}",
                "{\"source\":\"s\",\"group\":\"g\",\"takenAtMs\":1,\"ends\":{\"x\":1}}",
                "{\"source\":\"s\",\"group\":\"g\",\"takenAtMs\":1}",
                "{\"source\":\"s\",\"group\":\"g\",\"takenAtMs\":1,\"ends\":{}}",
                "{\"source\":\"s\",\"group\":\"g\",\"takenAtMs\":-1,\"ends\":{\"0\":1}}",
            })
    void incompleteCutIsInvalid(String json) {
        assertThatThrownBy(() -> ControlJson.read(json.getBytes(UTF_8), Cut.class))
                .isInstanceOf(IOException.class);
    }
}
