package io.sidetrack.common.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The guarantees, and the tests that the documentation names for them and for its other statements. */
class CitedTestsTest {
    private static final Pattern CITED = Pattern.compile("`([A-Z]\\w*(?:Test|IT))(?:\\.(\\w+))?`");
    private static final Pattern SECTION = Pattern.compile("(?ms)^### ([RW][0-9]+): (.*?)(?=^##|\\z)");
    private static final Pattern NUMBER = Pattern.compile("\\b[RW][0-9]+\\b");
    private static final Pattern DISABLED = Pattern.compile("(?m)^\\s*@Disabled");
    private static final List<String> PROMISES = Stream.concat(
                    IntStream.rangeClosed(1, 5).mapToObj(i -> "R" + i),
                    IntStream.rangeClosed(1, 9).mapToObj(i -> "W" + i))
            .toList();

    private final List<Path> sources = Documents.java();
    private final Map<String, String> tests = sources.stream()
            .filter(file -> file.toString().contains("/src/test/"))
            .collect(Collectors.toMap(
                    // Two modules may have a test of the same name; a cited method is in one of them.
                    file -> file.getFileName().toString().replace(".java", ""),
                    Documents::read,
                    String::concat));

    @Test
    void everyCitedTestExists() {
        List<String> missing = new ArrayList<>();
        int cited = 0;
        for (Path file : Documents.markdown()) {
            Matcher citation = CITED.matcher(Documents.read(file));
            while (citation.find()) {
                cited++;
                if (!exists(citation.group(1), citation.group(2))) {
                    missing.add(Documents.ROOT.relativize(file) + ": " + citation.group());
                }
            }
        }
        assertThat(missing).isEmpty();
        assertThat(cited).as("citations that were checked").isGreaterThan(80);
    }

    @Test
    void missingTestsAreFound() {
        assertThat(exists("CitedTestsTest", "missingTestsAreFound")).isTrue();
        assertThat(exists("CitedTestsTest", null)).isTrue();
        assertThat(exists("NoSuchTest", null)).isFalse();
        assertThat(exists("CitedTestsTest", "noSuchMethod")).isFalse();
        assertThat(exists("CitedTestsTest", "exists"))
                .as("a method that is no test")
                .isFalse();
    }

    @Test
    void everyGuaranteeNamesItsTests() {
        Map<String, Long> named = new TreeMap<>();
        Matcher section = SECTION.matcher(Documents.read(Documents.ROOT.resolve("docs/guarantees.md")));
        while (section.find()) {
            Matcher citation = CITED.matcher(section.group(2));
            named.put(
                    section.group(1),
                    citation.results().filter(cited -> cited.group(2) != null).count());
        }
        assertThat(named.keySet()).containsExactlyInAnyOrderElementsOf(PROMISES);
        assertThat(named).allSatisfy((promise, count) -> assertThat(count).isPositive());
    }

    @Test
    void commentsCiteNoOtherGuarantees() {
        List<String> unknown = new ArrayList<>();
        for (Path file : sources) {
            Documents.read(file)
                    .lines()
                    .map(String::strip)
                    .filter(line -> line.startsWith("*") || line.startsWith("/"))
                    .flatMap(line -> NUMBER.matcher(line).results())
                    .map(number -> number.group())
                    .filter(number -> !PROMISES.contains(number))
                    .forEach(number -> unknown.add(Documents.ROOT.relativize(file) + ": " + number));
        }
        assertThat(unknown).isEmpty();
    }

    /** A test method is one with an annotation of JUnit or jqwik, and neither it nor its class is disabled. */
    private boolean exists(String type, String method) {
        String source = tests.get(type);
        if (source == null || DISABLED.matcher(source).find()) {
            return false;
        }
        return method == null
                || Pattern.compile(
                                "@(Test|ParameterizedTest|RepeatedTest|Property)\\b(?:(?!\\n\\n|;\\n|\\n    }\\n).)*\\bvoid "
                                        + method + "\\(",
                                Pattern.DOTALL)
                        .matcher(source)
                        .find();
    }
}
