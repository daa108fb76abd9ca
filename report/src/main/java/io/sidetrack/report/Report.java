package io.sidetrack.report;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A report, from top to bottom.
 *
 * @param subtitle a line below the title, such as what was run and when
 * @param verdict the result in one sentence; empty if there is none
 * @param figures the most important numbers
 * @param footer a line at the end, such as versions
 * @param reloadSeconds the interval at which a browser reads the file again; empty if the file does not change any more
 */
public record Report(
        String title,
        String subtitle,
        Optional<Verdict> verdict,
        List<Figure> figures,
        List<Section> sections,
        String footer,
        OptionalInt reloadSeconds) {

    public Report {
        figures = List.copyOf(figures);
        sections = List.copyOf(sections);
    }

    /** A result. */
    public record Verdict(Kind kind, String text) {
        /** How a result is shown. */
        public enum Kind {
            GOOD,
            BAD,
            NEUTRAL
        }
    }

    /**
     * An important number.
     *
     * @param value the number with its unit, such as {@code 3,864/s}
     * @param detail what it is compared with, or how it was measured; may be empty
     */
    public record Figure(String label, String value, String detail) {}

    /**
     * A part of the report with a heading.
     *
     * @param text a paragraph below the heading; may be empty
     */
    public record Section(String heading, String text, List<Block> blocks) {
        public Section {
            blocks = List.copyOf(blocks);
        }
    }

    /** A part of a section. */
    public sealed interface Block permits Charts, Table, Notes {}

    /** One chart in full width, or several side by side. */
    public record Charts(List<Chart> charts) implements Block {
        public Charts {
            charts = List.copyOf(charts);
        }

        /** Charts side by side. */
        public static Charts of(Chart... charts) {
            return new Charts(List.of(charts));
        }
    }

    /** Paragraphs, as a list. */
    public record Notes(List<String> texts) implements Block {
        public Notes {
            texts = List.copyOf(texts);
        }
    }
}
