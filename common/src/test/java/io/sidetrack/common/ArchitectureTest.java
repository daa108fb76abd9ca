package io.sidetrack.common;

import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.conditions.ArchPredicates.are;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Which packages may know which: a dependency in the wrong direction fails the build. */
class ArchitectureTest {
    private static final String COMMON = "io.sidetrack.common";

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(COMMON);

    @Test
    void packagesHaveNoCycles() {
        slices().matching(COMMON + ".(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void nothingKnowsTheServicesOrTheOperatorsTool() {
        noClasses()
                .should()
                .dependOnClassesThat(are(resideInAPackage("io.sidetrack..").and(resideOutsideOfPackage(COMMON + ".."))))
                .because("the router, the writer and the operator's tool share this module")
                .check(CLASSES);
    }

    @Test
    void onlyTheLifeOfAServiceUsesStreams() {
        noClasses()
                .that()
                .resideOutsideOfPackages(
                        COMMON + ".service", COMMON + ".poll", COMMON + ".settings", COMMON + ".record")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.apache.kafka.streams..")
                .because("the operator's tool uses these packages without Streams")
                .check(CLASSES);
    }

    @Test
    void nothingReadsTheEnvironmentOrEndsTheProcess() {
        noClasses()
                .should()
                .callMethodWhere(target(owner(JavaClass.Predicates.type(System.class)))
                        .and(target(nameMatching("getenv|getProperty|getProperties|exit"))))
                .because("main classes read the environment and choose the exit code")
                .check(CLASSES);
    }
}
