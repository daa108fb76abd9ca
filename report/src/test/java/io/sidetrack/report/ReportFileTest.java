package io.sidetrack.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file of a report. */
class ReportFileTest {
    @TempDir
    Path folder;

    @Test
    void aReaderSeesAWholeReportAtAnyTime() throws Exception {
        Path path = folder.resolve("report.html");
        ReportFile file = new ReportFile(path);
        file.write(Samples.named("0"));
        AtomicBoolean done = new AtomicBoolean();
        Thread writer = new Thread(() -> {
            try {
                for (int i = 0; i < 50; i++) {
                    file.write(Samples.named(Integer.toString(i)));
                }
            } catch (IOException e) {
                throw new IllegalStateException(e);
            } finally {
                done.set(true);
            }
        });
        writer.start();
        while (!done.get()) {
            assertThat(Files.readString(path)).startsWith("<!DOCTYPE html>").endsWith("</html>\n");
        }
        writer.join();
        assertThat(Files.readString(path)).contains("A report on 49");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).as("no temporary file is left").containsExactly(path);
        }
    }

    @Test
    void aCheckLeavesTheFileAsItIs() throws IOException {
        Path path = folder.resolve("report.html");
        new ReportFile(path).requireWritable();
        assertThat(folder).isEmptyDirectory();
        Files.writeString(path, "an older report");
        new ReportFile(path).requireWritable();
        assertThat(path).hasContent("an older report");
        assertThatThrownBy(() -> new ReportFile(folder.resolve("none/report.html")).requireWritable())
                .isInstanceOf(IOException.class);
    }

    @Test
    void refusesAFolderAndAFileInNoFolder() {
        assertThatThrownBy(() -> new ReportFile(folder).write(Samples.named("x")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is a folder");
        assertThatThrownBy(() -> new ReportFile(folder.resolve("none/report.html")).write(Samples.named("x")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("there is no folder");
    }

    @Test
    void refusesADeviceAndReplacesALinkToAFile() throws IOException {
        Path device = Files.createSymbolicLink(folder.resolve("link-to-a-device"), Path.of("/dev/null"));
        assertThatThrownBy(() -> new ReportFile(device).write(Samples.named("x")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is not a regular file");
        assertThat(device).isSymbolicLink();
        Path other = Files.writeString(folder.resolve("other"), "another user's file");
        Path link = Files.createSymbolicLink(folder.resolve("link"), other);
        new ReportFile(link).write(Samples.named("x"));
        assertThat(link).isRegularFile();
        assertThat(Files.isSymbolicLink(link)).isFalse();
        assertThat(other).hasContent("another user's file");
    }
}
