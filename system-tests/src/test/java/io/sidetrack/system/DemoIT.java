package io.sidetrack.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.sandbox.ServiceProcess;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;

/** The demo at its smallest size, started as {@code scripts/demo.sh} starts it, and its report. */
class DemoIT {
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final Path PAGES = Path.of("target", "pages");

    @TempDir
    Path folder;

    /** How a demo ended. */
    private record Ended(int code, String out, String err) {}

    @BeforeAll
    static void createFolder() throws Exception {
        Files.createDirectories(PAGES);
    }

    private Ended demo(String... arguments) throws Exception {
        Path sandbox = Path.of("..", "sandbox", "target").toAbsolutePath().normalize();
        List<String> java = new ArrayList<>(List.of("-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        for (String property : List.of("sidetrack.sandbox.jvm-options", "sidetrack.sandbox.class-data")) {
            java.add("-D" + property + "=" + System.getProperty(property, ""));
        }
        java.add("-Dlogback.configurationFile=sandbox-logback.xml");
        java.add("-cp");
        java.add(sandbox.resolve("classes") + File.pathSeparator + Files.readString(sandbox.resolve("class-path")));
        java.add("io.sidetrack.sandbox.demo.DemoMain");
        java.addAll(List.of(arguments));
        try (ServiceProcess process =
                ServiceProcess.java("demo", java, Map.of(), folder.resolve("out"), folder.resolve("err"))) {
            return new Ended(process.exitCode(LIMIT), process.output(), process.errors());
        }
    }

    /** The report, which must be well-formed. .ci/check-reports loads it in a browser. */
    private static Document page(Path file) throws Exception {
        String page = Files.readString(file);
        assertThat(page).doesNotContain("http:", "https:", "<script", " src=", " href=");
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(page.getBytes(UTF_8)));
    }

    /** The cells of a table's row. */
    private static List<String> row(Document page, String caption, String name) {
        NodeList rows = page.getElementsByTagName("tr");
        for (int i = 0; i < rows.getLength(); i++) {
            NodeList cells = rows.item(i).getChildNodes();
            String table =
                    rows.item(i).getParentNode().getParentNode().getFirstChild().getTextContent();
            if (table.startsWith(caption) && cells.item(0).getTextContent().equals(name)) {
                List<String> texts = new ArrayList<>();
                for (int cell = 1; cell < cells.getLength(); cell++) {
                    texts.add(cells.item(cell).getTextContent());
                }
                return texts;
            }
        }
        throw new AssertionError("no row " + name + " in " + caption);
    }

    private static String found(String pattern, String text) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        assertThat(matcher.find()).as("%s in %s", pattern, text).isTrue();
        return matcher.group(1);
    }

    private static long number(String text) {
        return Long.parseLong(text.replace(",", ""));
    }

    @Test
    void reportsWhatItMeasuredWithoutTheWarmUp() throws Exception {
        Path file = PAGES.resolve("demo.html");
        Ended ended = demo("--records", "2500", "--warm-up-s", "1", "--measure-s", "3", "--html", file.toString());
        assertThat(ended.code()).as(ended.out() + ended.err()).isZero();
        assertThat(ended.out()).contains("all as sent").contains("  report       " + file.toAbsolutePath());

        long live = number(found("2,500 backfilled, ([0-9,]+) live", ended.out()));
        long batches = number(found("batches +([0-9,]+),", ended.out()));
        double items = Double.parseDouble(found("batches +[0-9,]+, ([0-9.]+) items", ended.out()));
        assertThat(batches * items)
                .as("items of the backfill and of live messages; the warm-up had as many again")
                .isBetween(2500 - 0.06 * batches, 2500 + live + 5 + 0.06 * batches);

        Document page = page(file);
        String account = "Records by outcome";
        List<String> backfill = row(page, account, "backfill lane");
        assertThat(number(backfill.get(0))).as("sent, with the warm-up").isGreaterThanOrEqualTo(5000);
        assertThat(backfill.get(1)).as("routed").isEqualTo(backfill.get(0));
        assertThat(backfill.subList(4, 6)).as("dead letters, missing").containsExactly("0", "0");
        assertThat(row(page, account, "live lane").get(5)).as("missing").isEqualTo("0");
        assertThat(row(page, "Live messages", "median (p50)")).allMatch(text -> text.endsWith(" ms"));
        assertThat(page.getElementsByTagName("svg").getLength()).isEqualTo(4);
        assertThat(page.getDocumentElement().getTextContent())
                .contains("Every record arrived: all ")
                .contains("backfill lane: highest ")
                .contains("endpoint alone: highest ");
    }

    @Test
    @Tag("long")
    void reportsTheWaysOfTheIncidentSideBySide() throws Exception {
        Path file = PAGES.resolve("incident.html");
        Ended ended = demo("--incident", "--records", "2000", "--measure-s", "2", "--html", file.toString());
        assertThat(ended.code()).as(ended.out() + ended.err()).isZero();
        Document page = page(file);
        String table = "Rates were measured";
        assertThat(row(page, table, "one by one, 3 partitions").get(3)).startsWith("0 of ");
        assertThat(row(page, table, "Sidetrack, 48 partitions").get(3)).startsWith("p50 ");
        assertThat(Double.parseDouble(
                        row(page, table, "Sidetrack, 48 partitions").get(1).replace(",", "")))
                .as("times as fast as one by one")
                .isGreaterThan(2);
        assertThat(page.getElementsByTagName("svg").getLength()).isEqualTo(4);
    }

    @Test
    void refusesAFileThatCannotBeWrittenBeforeItStarts() throws Exception {
        Ended ended = demo("--html", folder.resolve("none/report.html").toString());
        assertThat(ended.code()).isEqualTo(2);
        assertThat(ended.out()).isEmpty();
        assertThat(ended.err()).contains("there is no folder " + folder.resolve("none"));
    }
}
