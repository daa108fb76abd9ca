package io.sidetrack.mapping;

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
    private static final String MAPPING = "io.sidetrack.mapping";

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(MAPPING);

    @Test
    void packagesHaveNoCycles() {
        slices().matching(MAPPING + ".(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void dataAndMappingUseNeitherKafkaNorAws() {
        noClasses()
                .that()
                .resideInAnyPackage(MAPPING + ".model..", MAPPING + ".item..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.kafka..", "software.amazon..")
                .because("it maps bytes to bytes, for the writer as well as for the command that verifies it")
                .check(CLASSES);
    }

    @Test
    void onlyTheSchemaUsesTheSdk() {
        noClasses()
                .that()
                .resideOutsideOfPackage(MAPPING + ".schema..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("software.amazon..")
                .check(CLASSES);
    }

    @Test
    void dataAndMappingDoNotKnowTheSettings() {
        noClasses()
                .that()
                .resideInAnyPackage(MAPPING + ".model..", MAPPING + ".item..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(MAPPING + ".settings..")
                .check(CLASSES);
    }

    @Test
    void nothingReadsTheEnvironment() {
        noClasses()
                .should()
                .callMethodWhere(target(owner(JavaClass.Predicates.type(System.class)))
                        .and(target(nameMatching("getenv|getProperty|getProperties|exit"))))
                .check(CLASSES);
    }
}
