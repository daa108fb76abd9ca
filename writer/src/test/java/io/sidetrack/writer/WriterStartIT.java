package io.sidetrack.writer;

import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.sandbox.ServiceProcess;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A writer that cannot start prints one line with the problem, the setting and the remedy, and exits with 2. */
class WriterStartIT {
    private static WriterFixture fixture;

    @BeforeAll
    static void start() {
        fixture = new WriterFixture();
        fixture.lane("here", 1);
    }

    @AfterAll
    static void stop() {
        fixture.close();
    }

    /** An empty value removes the variable. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "WRITER_BATCH_SIZE        | 26           | WRITER_BATCH_SIZE=26: not valid",
                "WRITER_BATCH_SIZE        | abc          | WRITER_BATCH_SIZE=abc: not valid",
                "WRITER_TOPIC             | gone         | WRITER_TOPIC=gone: there is no such topic",
                "WRITER_TOPIC             | no/topic     | no/topic: not a legal topic name",
                "WRITER_DEAD_LETTER_TOPIC | gone         | WRITER_DEAD_LETTER_TOPIC=gone: there is no such topic",
                "WRITER_DEAD_LETTER_TOPIC | here         | WRITER_DEAD_LETTER_TOPIC=here: this is the topic",
                "WRITER_TABLE             | gone         | WRITER_TABLE=gone: there is no such table",
                "WRITER_TABLE             | no/table     | WRITER_TABLE=no/table: DynamoDB refused to describe it",
                "AWS_REGION               | ''           | AWS_REGION: no AWS region found",
                "AWS_ACCESS_KEY_ID        | ''           | AWS_ACCESS_KEY_ID: no AWS credentials found",
                "AWS_ENDPOINT_URL_DYNAMODB| http://localhost:1 | WRITER_TABLE=here: DynamoDB does not respond",
                "AWS_ENDPOINT_URL_DYNAMODB| no url       | AWS_ENDPOINT_URL_DYNAMODB: ",
                "AWS_ENDPOINT_URL_DYNAMODB| localhost:1  | AWS_ENDPOINT_URL_DYNAMODB: ",
                "KAFKA_BOOTSTRAP_SERVERS  | ''           | KAFKA_BOOTSTRAP_SERVERS: not set",
                "KAFKA_BOOTSTRAP_SERVERS  | none.invalid:9092 | KAFKA_BOOTSTRAP_SERVERS=none.invalid:9092: ",
                "KAFKA_NUM_STREAM_THREADS | many         | KAFKA_NUM_STREAM_THREADS: ",
                "KAFKA_MAX_POLL_RECORDS   | 0            | KAFKA_MAX_POLL_RECORDS: ",
                "KAFKA_BUFFER_MEMORY      | much         | KAFKA_BUFFER_MEMORY: ",
                "KAFKA_SECURITY_PROTOCOL  | none         | KAFKA_SECURITY_PROTOCOL: ",
                "KAFKA_TASK_TIMEOUT_MS    | 1            | KAFKA_TASK_TIMEOUT_MS: cannot be set",
                "KAFKA_MAIN_CONSUMER_ISOLATION_LEVEL | read_uncommitted | KAFKA_MAIN_CONSUMER_ISOLATION_LEVEL: cannot be set. R",
                "KAFKA_PROCESSING_EXCEPTION_HANDLER | org.apache.kafka.streams.errors.LogAndContinueProcessingExceptionHandler | KAFKA_PROCESSING_EXCEPTION_HANDLER: cannot be set. R",
                "KAFKA_PARTITIONER_IGNORE_KEYS | true      | KAFKA_PARTITIONER_IGNORE_KEYS: cannot be set. R",
                "KAFKA_MAIN_CONSUMER_MAX_POLL_RECORDS | 0  | KAFKA_MAIN_CONSUMER_MAX_POLL_RECORDS: ",
                "WRITER_HTTP_PORT         | 1            | WRITER_HTTP_PORT=1: ",
                "LOG_FORMAT               | JSON         | LOG_FORMAT=JSON: not valid. Set it to one of text, json",
            })
    void refusesToStartWithOneLineThatNamesTheRemedyAndExitCode2(String name, String value, String line) {
        // Only root may listen on port 1, and root may run the tests, so the test uses a port that is taken.
        String given = name.equals("WRITER_HTTP_PORT")
                ? Integer.toString(fixture.proxy.endpoint().getPort())
                : value;
        String expected = name.equals("WRITER_HTTP_PORT") ? name + "=" + given + ": " : line;
        try (ServiceProcess process = fixture.refused("here", Map.of(name, given))) {
            assertThat(process.exitCode(WriterFixture.SOON)).as(process::output).isEqualTo(2);
            assertThat(process.errors().strip())
                    .startsWith("sidetrack-writer: " + expected)
                    .hasLineCount(1)
                    .doesNotContain("software.amazon", "org.apache")
                    .endsWith(".");
        }
    }

    @Test
    void directoryThatCannotHoldNativeLibrariesIsReportedInOneLine() {
        try (ServiceProcess process =
                fixture.refused("here", Map.of("JAVA_TOOL_OPTIONS", "-Djava.io.tmpdir=/dev/null"))) {
            assertThat(process.exitCode(WriterFixture.SOON)).as(process::output).isEqualTo(2);
            // The first line is the JVM's own, about the options.
            assertThat(process.errors().strip()).hasLineCount(2).contains("\nsidetrack-writer: java.io.tmpdir: ");
        }
    }
}
