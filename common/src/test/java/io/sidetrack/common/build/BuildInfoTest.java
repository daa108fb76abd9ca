package io.sidetrack.common.build;

import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.common.service.ServiceMetrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class BuildInfoTest {
    private final BuildInfo build = BuildInfo.current();

    @Test
    void versionIsThatOfThePom() throws IOException {
        assertThat(Files.readString(Path.of("pom.xml"))).contains("<version>" + build.version() + "</version>");
    }

    @Test
    void revisionIsACommitOrUnknown() {
        assertThat(build.revision()).matches("[0-9a-f]{12,40}|unknown");
    }

    @Test
    void everyServiceShowsItsBuildAsAMetric() {
        assertThat(ServiceMetrics.registry().scrape().lines())
                .contains("sidetrack_build_info{revision=\"%s\",version=\"%s\"} 1"
                        .formatted(build.revision(), build.version()));
    }
}
