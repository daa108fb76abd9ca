package io.sidetrack.sandbox.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sidetrack.sandbox.Jars;
import io.sidetrack.sandbox.SandboxException;
import io.sidetrack.sandbox.ServiceProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The result of {@code sidetrack audit} for a source.
 *
 * @param guarantee the processing guarantee of the routers
 * @param clean true if the routers kept the guarantee
 * @param routed the number of records of the source up to the group's committed offsets
 * @param notYetRouted the number of records after those
 * @param json the complete output
 */
record AuditResult(String guarantee, boolean clean, long routed, long notYetRouted, String json) {
    /** Runs the audit as an operator does, with the jar of the command. */
    static AuditResult of(RouterPair routers, String bootstrapServers, Duration limit) {
        List<String> arguments = new ArrayList<>(List.of(
                "audit", "--source", routers.source(), "--router-group", routers.group(), "--json", "--places", "100"));
        if (!routers.guarantee().startsWith("exactly")) {
            arguments.add("--allow-duplicates");
        }
        try (ServiceProcess audit = ServiceProcess.start(
                Jars.ofThisCheckout().ops(), arguments, Map.of("KAFKA_BOOTSTRAP_SERVERS", bootstrapServers))) {
            int code = audit.exitCode(limit);
            if (code > 1) {
                throw new SandboxException("the audit failed: " + audit.errors());
            }
            JsonNode all = read(audit.output());
            return new AuditResult(
                    routers.guarantee(),
                    code == 0,
                    all.get("routed").asLong(),
                    all.get("notYetRouted").asLong(),
                    audit.output().strip());
        }
    }

    private static JsonNode read(String json) {
        try {
            return JsonMapper.builder().build().readTree(json.getBytes(UTF_8));
        } catch (IOException e) {
            throw new SandboxException("the output of the audit is not JSON: " + json, e);
        }
    }

    /** A summary in one line. */
    String line() {
        StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "%s: %,d records", guarantee, routed));
        JsonNode all = read(json);
        all.get("copies")
                .properties()
                .forEach(copies -> line.append(String.format(
                        Locale.ROOT, ", %,d on %s", copies.getValue().asLong(), copies.getKey())));
        line.append(clean ? "; clean:" : "; NOT CLEAN:");
        all.get("findings").properties().forEach(finding -> {
            long count = finding.getValue().get("count").asLong();
            line.append(String.format(Locale.ROOT, " %,d %s,", count, finding.getKey()));
        });
        line.setLength(line.length() - 1);
        if (notYetRouted > 0) {
            line.append(String.format(Locale.ROOT, "; %,d NOT ROUTED", notYetRouted));
        }
        return line.toString();
    }
}
