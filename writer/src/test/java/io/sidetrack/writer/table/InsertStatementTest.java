package io.sidetrack.writer.table;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An item is split into names and values without losing or moving anything. */
class InsertStatementTest {
    private static Optional<String> statement(String item) {
        return InsertStatement.of(item.getBytes(UTF_8), "my-table").map(statement -> {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            statement.appendTo(out, "my-table".getBytes(UTF_8));
            return out.toString(UTF_8);
        });
    }

    @Test
    void namesBecomeTextAndValuesBecomeParameters() {
        assertThat(
                        statement(
                                "{\"id\":{\"S\":\"a}\\\"{\\\\\"},\"n b\":{\"N\":\"1\"},\"m\":{\"M\":{\"x\":{\"L\":[{\"S\":\"}\"}]}}}}"))
                .contains(
                        "{\"Statement\":\"INSERT INTO \\\"my-table\\\" VALUE {'id':?,'n b':?,'m':?}\",\"Parameters\":["
                                + "{\"S\":\"a}\\\"{\\\\\"},{\"N\":\"1\"},{\"M\":{\"x\":{\"L\":[{\"S\":\"}\"}]}}}]}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"it's", "\\\"", "\\\\", "\u00e4", "tab\\t"})
    void itemWithANameThatNeedsEscapingHasNoStatement(String name) {
        assertThat(statement("{\"id\":{\"S\":\"a\"},\"" + name + "\":{\"N\":\"1\"}}"))
                .isEmpty();
    }

    @Test
    void itemWhoseTextIsTooLongHasNoStatement() {
        // INSERT INTO "my-table" VALUE {'id':?,'':?} has 42 characters; one comma too many is counted.
        assertThat(statement(item(8192 - 43)).orElseThrow()).contains("x".repeat(8192 - 43));
        assertThat(statement(item(8192 - 42))).isEmpty();
    }

    private static String item(int nameLength) {
        return "{\"id\":{\"S\":\"a\"},\"" + "x".repeat(nameLength) + "\":{\"N\":\"1\"}}";
    }
}
