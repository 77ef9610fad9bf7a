package org.vivace.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The rules of the house hold for every module, and each of them notices when it is broken. */
class ArchitectureTest {

    private static final JavaClasses HOUSE = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("org.vivace");

    /** Classes among the tests that stand in the rooms' packages and break their rules. */
    private static final JavaClasses PLANTED = new ClassFileImporter()
            .importPackages(
                    "org.vivace.train.planted",
                    "org.vivace.torch.planted",
                    "org.vivace.measure.planted",
                    "org.vivace.methods.planted",
                    "org.vivace.datasets.planted",
                    "org.vivace.profile.planted",
                    "org.vivace.workloads.planted",
                    "org.vivace.cells.planted",
                    "org.vivace.jupyter.planted",
                    "org.vivace.cli.planted");

    static Stream<Arguments> rules() {
        return Stream.of(
                Arguments.of(Rules.TOOLKIT_STANDS_ALONE, "org.vivace.train.planted.KnowsAMethod"),
                Arguments.of(Rules.toolkitNamesNoMethod(methodNames()), "org.vivace.train.planted.NamesAMethod"),
                Arguments.of(Rules.ROOMS_KNOW_ONLY_THOSE_BELOW, "org.vivace.measure.planted.KnowsAHigherRoom"),
                Arguments.of(Rules.PACKAGES_GO_IN_NO_CIRCLE, "org.vivace.train.planted.HalfACircle"),
                Arguments.of(Rules.METHODS_KNOW_ONLY_THE_CORE, "org.vivace.methods.planted.Measures"),
                Arguments.of(Rules.METHODS_KNOW_ONLY_THE_CORE, "org.vivace.methods.planted.Neighbour"),
                Arguments.of(Rules.DATASETS_STAND_ALONE, "org.vivace.datasets.planted.KnowsTheToolkit"),
                Arguments.of(Rules.METHODS_DO_NOT_KNOW_EACH_OTHER, "org.vivace.methods.planted.Neighbour"),
                Arguments.of(Rules.METHODS_ARE_PUBLIC_RECORDS, "org.vivace.methods.planted.Neighbour"),
                Arguments.of(Rules.NAMES_SAY_WHAT_A_CLASS_IS, "org.vivace.train.planted.BatchManager"),
                Arguments.of(Rules.ONLY_TORCH_REACHES_BELOW_DJL, "org.vivace.train.planted.ReachesBelow"),
                Arguments.of(Rules.TORCH_KNOWS_NO_OTHER_ROOM, "org.vivace.torch.planted.KnowsARoom"),
                Arguments.of(Rules.LIBRARIES_DO_NOT_PRINT, "org.vivace.train.planted.Prints"),
                Arguments.of(Rules.ROOMS_KNOW_ONLY_THOSE_BELOW, "org.vivace.profile.planted.KnowsTheBench"),
                Arguments.of(Rules.WORKLOADS_STAND_BELOW_WHAT_SHOWS_THEM, "org.vivace.workloads.planted.KnowsCells"),
                Arguments.of(Rules.CELLS_AND_KERNELS_KNOW_NO_COMMAND, "org.vivace.jupyter.planted.KnowsTheCommandLine"),
                Arguments.of(Rules.NOBODY_KNOWS_THE_MAKERS_TOOLS, "org.vivace.cli.planted.KnowsTheMakersTools"),
                Arguments.of(Rules.PACKAGES_GO_IN_NO_CIRCLE, "org.vivace.cells.planted.KnowsKernels"),
                Arguments.of(PublicTypes.haveAReader(), "org.vivace.train.planted.PublicForNobody"));
    }

    @ParameterizedTest
    @MethodSource("rules")
    void holds(ArchRule rule) {
        rule.check(HOUSE);
    }

    @ParameterizedTest
    @MethodSource("rules")
    void isNoticedWhenBroken(ArchRule rule, String offender) {
        assertThat(rule.evaluate(PLANTED).getFailureReport().getDetails())
                .anySatisfy(line -> assertThat(line).contains(offender));
    }

    @Test
    void everyModuleIsLookedAt() {
        assertThat(HOUSE)
                .extracting(JavaClass::getPackageName)
                .contains(
                        "org.vivace.torch",
                        "org.vivace.bench",
                        "org.vivace.methods",
                        "org.vivace.datasets",
                        "org.vivace.workloads",
                        "org.vivace.cells",
                        "org.vivace.jupyter",
                        "org.vivace.cli",
                        "org.vivace.dev");
        assertThat(methodNames()).contains("MixedPrecision", "FusedAdamW");
    }

    @Test
    void everyPackageIsNullMarked() {
        assertThat(notNullMarked(HOUSE)).isEmpty();
        assertThat(notNullMarked(PLANTED)).contains("org.vivace.train.planted");
    }

    private static Stream<String> notNullMarked(JavaClasses classes) {
        return classes.stream()
                .map(JavaClass::getPackage)
                .distinct()
                .filter(each -> !each.isAnnotatedWith(NullMarked.class))
                .map(JavaPackage::getName);
    }

    @Test
    void oneClassOfOursStandsInAPackageOfDjl() throws IOException {
        try (Stream<Path> files = Files.walk(Project.root().resolve("toolkit/core/src/main/java/ai"))) {
            assertThat(files.filter(Files::isRegularFile))
                    .extracting(file -> file.getFileName().toString())
                    .containsExactly("TorchBridge.java");
        }
    }

    static List<String> methodNames() {
        return Rules.methods(HOUSE).stream()
                .map(JavaClass::getSimpleName)
                .sorted()
                .toList();
    }
}
