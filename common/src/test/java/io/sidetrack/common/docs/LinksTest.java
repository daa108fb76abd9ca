package io.sidetrack.common.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The links between the Markdown files. Links to other sites are not followed. */
class LinksTest {
    private static final Pattern LINK = Pattern.compile("!?\\[[^]]*]\\(([^)\\s]*)\\)");
    private static final Pattern INLINE_CODE = Pattern.compile("`[^`]*`");
    private static final Pattern OTHER_SITE = Pattern.compile("https://.*");

    @Test
    void everyLinkLeadsToAFileAndAHeading() {
        List<String> broken = new ArrayList<>();
        int links = 0;
        for (Path file : Documents.markdown()) {
            for (String target : targets(Documents.read(file))) {
                links++;
                problem(file, target)
                        .ifPresent(what -> broken.add(Documents.ROOT.relativize(file) + ": " + target + ": " + what));
            }
        }
        assertThat(broken).isEmpty();
        assertThat(links).as("links that were checked").isGreaterThan(50);
    }

    @Test
    void everyPageOfTheDocumentationIsListed() {
        String index = Documents.read(Documents.ROOT.resolve("docs/README.md"));
        String decisions = Documents.read(Documents.ROOT.resolve("docs/adr/README.md"));
        assertThat(Documents.markdown())
                .filteredOn(file -> !file.endsWith("README.md"))
                .filteredOn(file -> file.startsWith(Documents.ROOT.resolve("docs")))
                .allSatisfy(file -> assertThat(file.getParent().endsWith("adr") ? decisions : index)
                        .contains("(" + file.getFileName() + ")"));
    }

    @Test
    void brokenLinksAreFound() {
        Path readme = Documents.ROOT.resolve("README.md");
        assertThat(problem(readme, "docs/guarantees.md#w1-durable-before-committed"))
                .isEmpty();
        assertThat(problem(readme, "docs/nowhere.md")).contains("no such file");
        assertThat(problem(readme, "docs/guarantees.md#w10")).contains("no such heading");
        assertThat(problem(readme, "#nowhere")).contains("no such heading");
        assertThat(problem(readme, "../README.md")).contains("outside the repository");
        assertThat(problem(readme, "http://kafka.apache.org")).contains("not https");
        assertThat(targets("see [a](b.md)\n\n    [code](c.md)\n\n`[code](d.md)` and [`e`](f.md)"))
                .containsExactly("b.md", "f.md");
    }

    private static List<String> targets(String markdown) {
        // Code spans may contain what looks like a link, and the text of a link may be a code span.
        String text =
                INLINE_CODE.matcher(String.join("\n", Documents.text(markdown))).replaceAll("code");
        List<String> targets = new ArrayList<>();
        Matcher link = LINK.matcher(text);
        while (link.find()) {
            targets.add(link.group(1));
        }
        return targets;
    }

    private static Optional<String> problem(Path from, String target) {
        if (OTHER_SITE.matcher(target).matches()) {
            return Optional.empty();
        }
        if (target.contains("://")) {
            return Optional.of("not https");
        }
        String path = target.replaceFirst("#.*", "");
        Path file = path.isEmpty() ? from : from.resolveSibling(path).normalize();
        if (!file.startsWith(Documents.ROOT)) {
            return Optional.of("outside the repository");
        }
        if (!Files.exists(file)) {
            return Optional.of("no such file");
        }
        if (target.contains("#")
                && !Documents.anchors(Documents.read(file)).contains(target.substring(target.indexOf('#') + 1))) {
            return Optional.of("no such heading");
        }
        return Optional.empty();
    }
}
