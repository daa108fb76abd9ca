package io.sidetrack.bench.endpoint;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The responses to statements, by what exists. */
class TableTest {
    private static final String UPDATE = "UPDATE \\\"t\\\" SET \\\"n\\\"=? WHERE \\\"id\\\"=? AND (\\\"v\\\"<? OR x)";
    private static final String REPLACE = "UPDATE \\\"t\\\" SET \\\"n\\\"=? WHERE \\\"id\\\"=? AND \\\"v\\\"=?";
    private static final String INSERT = "INSERT INTO \\\"t\\\" VALUE {'id':?}";

    private final Table table = new Table("t");

    /** Sends a statement for each key, and acknowledges it. @return the response */
    private Table.Response send(String text, int... numbers) {
        StringBuilder body = new StringBuilder("{\"Statements\":[");
        for (int number : numbers) {
            body.append(body.charAt(body.length() - 1) == '[' ? "" : ",")
                    .append("{\"Statement\":\"" + text + "\",\"Parameters\":[{\"N\":\"1\"},{\"S\":\"k-00000000")
                    .append(number)
                    .append("\"}]}");
        }
        byte[] bytes = body.append("]}").toString().getBytes(US_ASCII);
        Table.Response response = table.write(new Request("/", "BatchExecuteStatement", bytes, 0, bytes.length), 0);
        table.acknowledged(response.written(), 0);
        return response;
    }

    private void exist(int below, int every, int shapes, boolean newer) {
        var unused = table.control("/existing/" + below + "/" + every + "/" + shapes + "/" + newer, 0);
    }

    @Test
    void insertFailsIfTheKeyExists() {
        assertThat(send(INSERT, 1, 2).written().count()).isEqualTo(2);
        Table.Response again = send(INSERT, 1, 3);
        assertThat(again.written().count()).isEqualTo(1);
        assertThat(again.body()).containsOnlyOnce("DuplicateItem");
    }

    @Test
    void updateReturnsTheOldItemOfAnExistingKeyAndFailsForANewOne() {
        exist(10, 2, 1, false);
        Table.Response response = send(UPDATE, 2, 3);
        assertThat(response.written().count()).isEqualTo(1);
        assertThat(response.body())
                .startsWith("{\"Responses\":[{\"TableName\":\"t\",\"Item\":{\"id\":{\"S\":\"k-000000002\"}")
                .contains("},{\"TableName\":\"t\",\"Error\":{\"Code\":\"ConditionalCheckFailed\"")
                .doesNotContain("k-000000003");
    }

    @Test
    void newerItemIsReturnedAndTheRecordIsFinished() {
        exist(10, 1, 1, true);
        Table.Response response = send(UPDATE, 2);
        assertThat(response.written().count()).isEqualTo(1);
        assertThat(response.body()).contains("\"Item\":{\"id\":{\"S\":\"k-000000002\"}", "9000000000000");
    }

    @Test
    void itemOfAnotherShapeIsReturnedAndCanBeReplaced() {
        exist(100, 1, 10, false);
        Table.Response response = send(UPDATE, 0, 1);
        assertThat(response.written().count()).isEqualTo(1);
        assertThat(response.body()).contains("\"Error\":{\"Code\":\"ConditionalCheckFailed\"", "\"s0\":{\"N\":\"1\"}");
        assertThat(send(REPLACE, 1).written().count()).isEqualTo(1);
        assertThat(send(UPDATE, 1).written().count())
                .as("it has the record's shape now")
                .isEqualTo(1);
    }
}
