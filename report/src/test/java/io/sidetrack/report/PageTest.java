package io.sidetrack.report;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** The page of a report, parsed. {@code .ci/check-reports} loads it in a browser. */
class PageTest {
    private static final Set<String> ELEMENTS = Set.of(
            "html",
            "head",
            "meta",
            "title",
            "style",
            "body",
            "main",
            "header",
            "footer",
            "section",
            "h1",
            "h2",
            "h3",
            "p",
            "dl",
            "div",
            "dt",
            "dd",
            "figure",
            "figcaption",
            "svg",
            "desc",
            "rect",
            "line",
            "text",
            "path",
            "circle",
            "details",
            "summary",
            "table",
            "caption",
            "thead",
            "tbody",
            "tr",
            "th",
            "td",
            "ul",
            "li");

    private static Document parsed(Report report) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(Page.of(report).getBytes(UTF_8)));
    }

    private static List<Element> elements(Document page, String name) {
        NodeList nodes = page.getElementsByTagName(name);
        List<Element> elements = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) {
            elements.add((Element) nodes.item(i));
        }
        return elements;
    }

    private static String text(List<Element> elements) {
        return String.join("\n", elements.stream().map(Element::getTextContent).toList());
    }

    @Test
    void fileIsThereForTheBrowser() throws Exception {
        Path folder = Files.createDirectories(Path.of("target", "pages"));
        new ReportFile(folder.resolve("sample.html")).write(Samples.named(Samples.HOSTILE));
        assertThat(folder.resolve("sample.html")).isRegularFile();
    }

    @Test
    void namesFromOutsideStayText() throws Exception {
        Document page = parsed(Samples.named(Samples.HOSTILE));
        for (Element element : elements(page, "*")) {
            assertThat(ELEMENTS).contains(element.getTagName());
            for (int i = 0; i < element.getAttributes().getLength(); i++) {
                assertThat(element.getAttributes().item(i).getNodeName())
                        .isIn(
                                "lang",
                                "charset",
                                "http-equiv",
                                "content",
                                "name",
                                "class",
                                "id",
                                "viewBox",
                                "role",
                                "aria-labelledby",
                                "x",
                                "y",
                                "x1",
                                "y1",
                                "x2",
                                "y2",
                                "width",
                                "height",
                                "d",
                                "cx",
                                "cy",
                                "r",
                                "text-anchor",
                                "scope");
            }
        }
        String shown = "</title><script>alert('x')</script>\"& \\u0000\\u001b[2J\\u202e\\ud800]]>\\uffff";
        assertThat(text(elements(page, "h1"))).isEqualTo("A report on " + shown);
        assertThat(text(elements(page, "th"))).contains(shown);
        assertThat(text(elements(page, "desc"))).contains(shown);
        assertThat(text(elements(page, "li"))).isEqualTo("A note on " + shown);
        assertThat(text(elements(page, "footer"))).isEqualTo(shown);
    }

    @Test
    void secretsAreMasked() {
        assertThat(Page.of(Samples.named("https://user:hunter2-hunter2@host/"))).doesNotContain("hunter2");
    }

    @Test
    void loadsNothingAndRunsNothing() throws Exception {
        String page = Page.of(Samples.named("orders"));
        assertThat(page).doesNotContain("http:", "https:", "url(", "@import", "<script", " style=", " href=", " src=");
        assertThat(elements(parsed(Samples.named("orders")), "meta"))
                .map(meta -> meta.getAttribute("content"))
                .anyMatch(policy -> policy.startsWith("default-src 'none'; style-src 'sha256-"));
    }

    @Test
    void tablesHaveTheNumbersOfTheCharts() throws Exception {
        Report report = Samples.named("orders");
        Document page = parsed(report);
        String cells = text(elements(page, "td"));
        for (Report.Section section : report.sections()) {
            for (Report.Block block : section.blocks()) {
                if (block instanceof Report.Charts charts) {
                    for (Chart chart : charts.charts()) {
                        for (Chart.Line line : chart.lines()) {
                            for (double value : line.values()) {
                                assertThat(cells.lines()).contains(Numbers.text(value));
                            }
                        }
                    }
                }
            }
        }
        assertThat(elements(page, "table")).hasSize(5);
        assertThat(text(elements(page, "th"))).contains("23:59:41", "00:00:40", "60.0 s");
    }

    @Test
    void imagesHaveTitlesAndDescriptions() throws Exception {
        List<Element> images = elements(parsed(Samples.named("orders")), "svg");
        assertThat(images).hasSize(4);
        for (Element image : images) {
            List<String> ids = List.of(image.getAttribute("aria-labelledby").split(" ", -1));
            assertThat(((Element) image.getElementsByTagName("title").item(0)).getAttribute("id"))
                    .isEqualTo(ids.get(0));
            assertThat(((Element) image.getElementsByTagName("desc").item(0)).getAttribute("id"))
                    .isEqualTo(ids.get(1));
        }
        assertThat(text(elements(parsed(Samples.named("orders")), "desc")))
                .contains("backfill lane: highest 60,000, last 0 records.")
                .contains("none: no data.");
    }

    @Test
    void aMissingValueInterruptsTheLine() throws Exception {
        Element latency = elements(parsed(Samples.named("orders")), "svg").get(1);
        List<String> lines = new ArrayList<>();
        NodeList paths = latency.getElementsByTagName("path");
        for (int i = 0; i < paths.getLength(); i++) {
            Element path = (Element) paths.item(i);
            if (path.getAttribute("class").startsWith("line")) {
                lines.add(path.getAttribute("d"));
            }
        }
        assertThat(lines).hasSize(2);
        assertThat(lines.get(0).split("M", -1))
                .as("two parts, after an empty string")
                .hasSize(3);
        assertThat(lines.get(0).split("[ML]", -1)).as("56 values").hasSize(57);
    }

    @Test
    void reloadsOnlyWhileItChanges() {
        Report ended = Samples.named("orders");
        assertThat(Page.of(ended)).doesNotContain("refresh");
        Report running = new Report(
                ended.title(),
                ended.subtitle(),
                ended.verdict(),
                ended.figures(),
                ended.sections(),
                ended.footer(),
                OptionalInt.of(5));
        assertThat(Page.of(running)).contains("<meta http-equiv=\"refresh\" content=\"5\"/>");
    }
}
