package io.sidetrack.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sidetrack.report.Chart.Line;
import io.sidetrack.report.Chart.Phase;
import io.sidetrack.report.Report.Block;
import io.sidetrack.report.Report.Charts;
import io.sidetrack.report.Report.Figure;
import io.sidetrack.report.Report.Notes;
import io.sidetrack.report.Report.Section;
import io.sidetrack.report.Report.Verdict;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The HTML of a report. Its content security policy allows the page's own style sheet, by its hash, and nothing else: no script,
 * no image, no font, no connection.
 */
final class Page {
    private static final String STYLE = resource("report.css");

    private final Markup markup = new Markup();
    private int charts;

    private Page() {}

    /** The text of the file. */
    static String of(Report report) {
        return new Page().page(report);
    }

    private static String resource(String name) {
        try (InputStream in = Page.class.getResourceAsStream(name)) {
            // Neither may occur in a style sheet in a page that is XML too.
            String style = new String(in.readAllBytes(), UTF_8);
            if (style.indexOf('<') >= 0 || style.indexOf('&') >= 0) {
                throw new IllegalStateException(name + " contains < or &");
            }
            return style;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String hash(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
            return Base64.getEncoder().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private String page(Report report) {
        markup.doctype().open("html", "lang", "en").line();
        head(report);
        markup.open("body").open("main").line();
        markup.open("header");
        markup.element("h1", report.title()).element("p", report.subtitle(), "class", "subtitle");
        report.verdict().ifPresent(this::verdict);
        markup.close().line();
        figures(report.figures());
        report.sections().forEach(this::section);
        markup.open("footer").element("p", report.footer()).close().line();
        return markup.close().close().close().line().toString();
    }

    private void head(Report report) {
        markup.open("head").line();
        markup.empty("meta", "charset", "utf-8").line();
        markup.empty(
                        "meta",
                        "http-equiv",
                        "Content-Security-Policy",
                        "content",
                        "default-src 'none'; style-src 'sha256-" + hash(STYLE)
                                + "'; base-uri 'none'; form-action 'none'")
                .line();
        markup.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1")
                .line();
        report.reloadSeconds().ifPresent(seconds -> markup.empty(
                        "meta", "http-equiv", "refresh", "content", Integer.toString(seconds))
                .line());
        markup.element("title", report.title()).line();
        markup.open("style").raw(STYLE).close().line();
        markup.close().line();
    }

    private void verdict(Verdict verdict) {
        String sign =
                switch (verdict.kind()) {
                    case GOOD -> "✓ ";
                    case BAD -> "✗ ";
                    case NEUTRAL -> "";
                };
        markup.element(
                "p",
                sign + verdict.text(),
                "class",
                "verdict " + verdict.kind().name().toLowerCase(Locale.ROOT));
    }

    private void figures(List<Figure> figures) {
        if (figures.isEmpty()) {
            return;
        }
        markup.open("dl", "class", "figures");
        for (Figure figure : figures) {
            markup.open("div").element("dt", figure.label()).element("dd", figure.value());
            if (!figure.detail().isEmpty()) {
                markup.element("dd", figure.detail(), "class", "detail");
            }
            markup.close();
        }
        markup.close().line();
    }

    private void section(Section section) {
        markup.open("section").element("h2", section.heading());
        if (!section.text().isEmpty()) {
            markup.element("p", section.text());
        }
        markup.line();
        for (Block block : section.blocks()) {
            if (block instanceof Charts some) {
                charts(some.charts());
            } else if (block instanceof Table table) {
                markup.open("div", "class", "scroll");
                table(table);
                markup.close().line();
            } else if (block instanceof Notes notes) {
                markup.open("ul");
                notes.texts().forEach(text -> markup.element("li", text));
                markup.close().line();
            }
        }
        markup.close().line();
    }

    private void charts(List<Chart> some) {
        markup.open("div", "class", some.size() > 1 ? "charts" : "charts one").line();
        for (Chart chart : some) {
            charts++;
            markup.open("figure").open("figcaption");
            markup.element("h3", chart.title()).element("p", chart.caption()).close();
            markup.open("div", "class", "scroll");
            new ChartImage(chart, some.size() > 1 ? Plot.Size.HALF : Plot.Size.WIDE, markup).draw("c" + charts);
            markup.close();
            markup.open("details")
                    .element("summary", "The numbers of this chart")
                    .open("div", "class", "scroll");
            table(numbers(chart));
            markup.close().close().close().line();
        }
        markup.close().line();
    }

    /** The table with the numbers of a chart. */
    private static Table numbers(Chart chart) {
        List<String> columns = new ArrayList<>(List.of(chart.time().name()));
        boolean phases = !chart.phases().isEmpty();
        if (phases) {
            columns.add("phase");
        }
        chart.lines().forEach(line -> columns.add(line.name()));
        double[] seconds = chart.seconds();
        List<List<String>> rows = new ArrayList<>();
        for (int i = 0; i < seconds.length; i++) {
            List<String> row = new ArrayList<>();
            row.add(chart.time().text(seconds[i], seconds[seconds.length - 1]));
            if (phases) {
                row.add(phaseAt(chart, seconds[i]).map(Phase::name).orElse(""));
            }
            for (Line line : chart.lines()) {
                row.add(Numbers.text(line.values()[i]));
            }
            rows.add(row);
        }
        return new Table(chart.title() + ", in " + chart.values().unit(), columns, rows);
    }

    private static Optional<Phase> phaseAt(Chart chart, double second) {
        return chart.phases().stream()
                .filter(phase -> second > phase.from() && second <= phase.to())
                .findFirst();
    }

    private void table(Table table) {
        markup.open("table").element("caption", table.caption());
        markup.open("thead").open("tr");
        table.columns().forEach(column -> markup.element("th", column, "scope", "col"));
        markup.close().close().open("tbody").line();
        for (List<String> row : table.rows()) {
            markup.open("tr").element("th", row.get(0), "scope", "row");
            row.stream().skip(1).forEach(cell -> markup.element("td", cell));
            markup.close().line();
        }
        markup.close().close();
    }
}
