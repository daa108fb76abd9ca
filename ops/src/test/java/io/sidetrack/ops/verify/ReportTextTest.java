package io.sidetrack.ops.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sidetrack.ops.CommandsPage;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** A report for programs. */
class ReportTextTest {
    @Test
    void everyFieldOfTheJsonIsDocumented() {
        Tally tally = new Tally(10);
        tally.add(Outcome.REJECTED);
        tally.keep(Outcome.REJECTED, Finding.rejected("line 3", "not-json, the value is empty"));
        Report report = new Report(
                "orders-backfill", "orders", "overwrite", 100, 1, 2, 3, 4, OptionalLong.of(5), 0.5, 1.5, false, tally);
        JsonNode json = CommandsPage.read()
                .requireDocumented("verify", ReportText.json(report).toString());
        assertThat(json.get("clean").asBoolean()).isFalse();
        assertThat(json.at("/outcomes/rejected/first/0/record").asText()).isEqualTo("line 3");
        assertThat(json.get("itemsInTable").asInt()).isEqualTo(5);
    }
}
