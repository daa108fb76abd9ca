package io.sidetrack.ops;

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
    private static final String OPS = "io.sidetrack.ops";

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(OPS);

    @Test
    void packagesOfTheCommandsHaveNoCycles() {
        slices().matching(OPS + ".(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void commandsDoNotKnowTheMainClass() {
        noClasses()
                .that()
                .resideInAPackage(OPS + ".*..")
                .should()
                .dependOnClassesThat()
                .haveSimpleName("SidetrackMain")
                .check(CLASSES);
    }

    @Test
    void nothingUsesStreams() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.apache.kafka.streams..")
                .because("it runs no Streams application")
                .check(CLASSES);
    }

    @Test
    void onlyDoctorAndVerifyUseTheSdk() {
        noClasses()
                .that()
                .resideOutsideOfPackages(OPS + ".doctor..", OPS + ".verify..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("software.amazon..")
                .check(CLASSES);
    }

    @Test
    void onlyVerifyAndCostUseTheMapping() {
        noClasses()
                .that()
                .resideOutsideOfPackages(OPS + ".verify..", OPS + ".cost..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.sidetrack.mapping..")
                .because("all other commands are independent of what they judge")
                .check(CLASSES);
    }

    @Test
    void onlyTheMainClassReadsTheEnvironment() {
        noClasses()
                .that()
                .doNotHaveSimpleName("SidetrackMain")
                .should()
                .callMethodWhere(target(owner(JavaClass.Predicates.type(System.class)))
                        .and(target(nameMatching("getenv|getProperty|getProperties"))))
                .check(CLASSES);
    }

    @Test
    void onlyTheMainClassEndsTheProcess() {
        noClasses()
                .that()
                .doNotHaveSimpleName("SidetrackMain")
                .should()
                .callMethod(System.class, "exit", int.class)
                .check(CLASSES);
    }
}
