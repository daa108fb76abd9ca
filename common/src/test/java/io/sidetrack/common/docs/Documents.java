package io.sidetrack.common.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The Markdown files and Java sources of this checkout. */
final class Documents {
    static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    private static final Pattern HEADING = Pattern.compile("#{1,6} +(.*?)\\s*#*");
    private static final Pattern LINK_TEXT = Pattern.compile("\\[([^]]*)]\\([^)]*\\)");

    private Documents() {}

    static List<Path> markdown() {
        return files(".md");
    }

    static List<Path> java() {
        return files(".java");
    }

    private static List<Path> files(String ending) {
        try (Stream<Path> files = Files.walk(ROOT)) {
            return files.filter(file -> file.toString().endsWith(ending) && Files.isRegularFile(file))
                    .filter(file -> Stream.of("target", ".git", "node_modules")
                            .noneMatch(skipped -> ROOT.relativize(file).startsWith(skipped)
                                    || ROOT.relativize(file).toString().contains("/" + skipped + "/")))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The lines of a Markdown file that are text: no fenced blocks, no indented ones. */
    static List<String> text(String markdown) {
        List<String> lines = new ArrayList<>();
        boolean fenced = false;
        boolean afterBlank = true;
        boolean inList = false;
        for (String line : markdown.lines().toList()) {
            if (line.strip().startsWith("```")) {
                fenced = !fenced;
                continue;
            }
            // Four spaces after a blank line are code, but inside a list they may continue an item.
            int indent = line.length() - line.stripLeading().length();
            boolean code = fenced || (afterBlank && indent >= (inList ? 7 : 4));
            if (!code) {
                lines.add(line);
                if (indent == 0 && !line.isBlank()) {
                    inList = line.matches("(\\d+\\.|[-*]) .*");
                }
                afterBlank = line.isBlank();
            }
        }
        return lines;
    }

    /** The anchors that GitHub gives to the headings of a Markdown file. */
    static List<String> anchors(String markdown) {
        List<String> anchors = new ArrayList<>();
        Map<String, Integer> seen = new HashMap<>();
        for (String line : text(markdown)) {
            Matcher heading = HEADING.matcher(line);
            if (heading.matches()) {
                String anchor = LINK_TEXT
                        .matcher(heading.group(1))
                        .replaceAll("$1")
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N}\\s_-]", "")
                        .replace(' ', '-');
                int times = seen.merge(anchor, 1, Integer::sum);
                anchors.add(times == 1 ? anchor : anchor + "-" + (times - 1));
            }
        }
        return anchors;
    }
}
