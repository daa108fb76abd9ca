package io.sidetrack.writer;

import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Which packages may know which: a dependency in the wrong direction fails the build. */
class ArchitectureTest {
    private static final String WRITER = "io.sidetrack.writer";

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(WRITER);

    @Test
    void packagesHaveNoCycles() {
        slices().matching(WRITER + ".(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void noStepKnowsTheClassesThatAssembleTheWriter() {
        noClasses()
                .that()
                .resideInAPackage(WRITER + ".*..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(WRITER)
                .check(CLASSES);
    }

    @Test
    void bufferUsesNeitherKafkaNorAws() {
        noClasses()
                .that()
                .resideInAPackage(WRITER + ".buffer..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.kafka..", "software.amazon..")
                .because("it is a pure state machine: no threads, no clock, no I/O")
                .check(CLASSES);
    }

    @Test
    void bufferKnowsNoStepAfterIt() {
        noClasses()
                .that()
                .resideInAPackage(WRITER + ".buffer..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        WRITER + ".thread..",
                        WRITER + ".table..",
                        WRITER + ".commit..",
                        WRITER + ".deadletter..",
                        WRITER + ".parked..",
                        WRITER + ".hold..",
                        WRITER + ".watch..")
                .check(CLASSES);
    }

    @Test
    void onlyTheTableUsesTheSdk() {
        noClasses()
                .that()
                .resideOutsideOfPackage(WRITER + ".table..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("software.amazon..")
                .check(CLASSES);
    }

    @Test
    void onlyTopologyCommitAndWatchUseStreams() {
        noClasses()
                .that()
                .resideOutsideOfPackages(WRITER, WRITER + ".topology..", WRITER + ".commit..", WRITER + ".watch..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.apache.kafka.streams..")
                .check(CLASSES);
    }

    @Test
    void onlyTheMainClassReadsTheEnvironmentAndEndsTheProcess() {
        noClasses()
                .that()
                .doNotHaveSimpleName("WriterMain")
                .should()
                .callMethodWhere(target(owner(JavaClass.Predicates.type(System.class)))
                        .and(target(nameMatching("getenv|getProperty|getProperties|exit"))))
                .check(CLASSES);
    }
}
