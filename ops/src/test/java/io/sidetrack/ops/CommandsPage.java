package io.sidetrack.ops;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The page of the documentation about exit codes and JSON. */
public final class CommandsPage {
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");

    private final Map<String, List<String>> exitCodes = new TreeMap<>();
    private final Map<String, Set<String>> fields = new TreeMap<>();

    private CommandsPage() {}

    public static CommandsPage read() {
        CommandsPage page = new CommandsPage();
        String section = "";
        try {
            for (String line : Files.readAllLines(Path.of("..", "docs", "commands.md"))) {
                section = line.startsWith("## ") ? line.substring(3) : section;
                if (line.startsWith("| `")) {
                    page.add(
                            section,
                            Arrays.stream(line.substring(1).split("\\|", -1))
                                    .map(String::strip)
                                    .toList());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return page;
    }

    private void add(String section, List<String> cells) {
        String command = cells.get(0).replace("`", "");
        if (section.equals("Exit codes")) {
            exitCodes.put(command, cells.subList(1, 4));
        } else {
            Matcher field = CODE.matcher(cells.get(1));
            while (field.find()) {
                fields.computeIfAbsent(command, none -> new TreeSet<>()).add(field.group(1));
            }
        }
    }

    /** What each command's codes 0, 1 and 2 mean. */
    Map<String, List<String>> exitCodes() {
        return exitCodes;
    }

    /** The commands with documented fields. */
    Set<String> commandsWithFields() {
        return fields.keySet();
    }

    /** The documented fields of a command that are not part of another one. */
    Set<String> topLevelFields(String command) {
        Set<String> top = new TreeSet<>();
        fields.getOrDefault(command, Set.of()).forEach(field -> top.add(field.split("[.\\[]", 2)[0]));
        return top;
    }

    /** Requires that an output is one object in a line, and that all its fields are documented. */
    public JsonNode requireDocumented(String command, String output) {
        assertThat(output.strip()).as(command).hasLineCount(1);
        JsonNode object;
        try {
            object = JsonMapper.builder().build().readTree(output);
        } catch (JsonProcessingException e) {
            throw new AssertionError(command + ": " + output, e);
        }
        assertThat(object.isObject()).as(command + ": " + output).isTrue();
        List<String> patterns = fields.getOrDefault(command, Set.of()).stream().toList();
        for (String path : paths("", object)) {
            assertThat(patterns).as(command + " prints " + path).anyMatch(pattern -> matches(pattern, path));
        }
        return object;
    }

    private static boolean matches(String pattern, String path) {
        String regex = Arrays.stream(pattern.split("(?=[.*])|(?<=\\*)", -1))
                .map(part -> part.equals("*") ? "[^.\\[]+" : Pattern.quote(part))
                .reduce("", String::concat);
        // What is below a field with a name that is data is not described any further.
        return path.matches(regex + (pattern.endsWith("*") ? ".*" : ""));
    }

    private static List<String> paths(String prefix, JsonNode node) {
        List<String> paths = new ArrayList<>();
        if (node.isObject()) {
            node.properties()
                    .forEach(field -> paths.addAll(
                            paths(prefix + (prefix.isEmpty() ? "" : ".") + field.getKey(), field.getValue())));
        } else if (node.isArray()) {
            node.forEach(element -> paths.addAll(paths(prefix + "[]", element)));
        } else {
            paths.add(prefix);
        }
        return paths;
    }
}
