package io.sidetrack.router;

import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Which packages may know which: a dependency in the wrong direction fails the build. */
class ArchitectureTest {
    private static final String ROUTER = "io.sidetrack.router";

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROUTER);

    @Test
    void packagesHaveNoCycles() {
        slices().matching(ROUTER + ".(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    /**
     * <pre>
     *   (root) ─▶ startup ─▶ settings ─▶ placement
     *      ├────▶ route ──▶ batch, lane, park, settings, placement;  batch ─▶ placement
     *      └────▶ timestamp
     * </pre>
     */
    @Test
    void dependenciesPointFromTheMainClassToTheData() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("root")
                .definedBy(ROUTER)
                .layer("startup")
                .definedBy(ROUTER + ".startup")
                .layer("route")
                .definedBy(ROUTER + ".route")
                .layer("batch")
                .definedBy(ROUTER + ".batch")
                .layer("settings")
                .definedBy(ROUTER + ".settings")
                .layer("lane")
                .definedBy(ROUTER + ".lane")
                .layer("park")
                .definedBy(ROUTER + ".park")
                .layer("placement")
                .definedBy(ROUTER + ".placement")
                .layer("timestamp")
                .definedBy(ROUTER + ".timestamp")
                .whereLayer("root")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("startup")
                .mayOnlyBeAccessedByLayers("root")
                .whereLayer("route")
                .mayOnlyBeAccessedByLayers("root")
                .whereLayer("batch")
                .mayOnlyBeAccessedByLayers("root", "route")
                .whereLayer("settings")
                .mayOnlyBeAccessedByLayers("root", "startup", "route")
                .whereLayer("lane")
                .mayOnlyBeAccessedByLayers("root", "route")
                .whereLayer("park")
                .mayOnlyBeAccessedByLayers("root", "route")
                .whereLayer("placement")
                .mayOnlyBeAccessedByLayers("root", "route", "batch", "settings")
                .whereLayer("timestamp")
                .mayOnlyBeAccessedByLayers("root")
                .check(CLASSES);
    }

    @Test
    void rulesAndPlacementKnowNothingOfStreams() {
        noClasses()
                .that()
                .resideInAnyPackage(ROUTER + ".lane..", ROUTER + ".park..", ROUTER + ".placement..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.apache.kafka.streams..")
                .check(CLASSES);
    }

    @Test
    void rulesKnowOnlyARecordsHeadersOfKafka() {
        classes()
                .that()
                .resideInAPackage(ROUTER + ".lane..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..", ROUTER + ".lane..", "io.sidetrack.common.lane", "org.apache.kafka.common.header")
                .check(CLASSES);
    }

    @Test
    void onlyTheMainClassReadsTheEnvironmentAndEndsTheProcess() {
        noClasses()
                .that()
                .doNotHaveSimpleName("RouterMain")
                .should()
                .callMethodWhere(target(owner(JavaClass.Predicates.type(System.class)))
                        .and(target(nameMatching("getenv|getProperty|getProperties|exit"))))
                .check(CLASSES);
    }
}
