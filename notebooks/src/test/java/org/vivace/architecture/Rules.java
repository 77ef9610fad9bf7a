package org.vivace.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import org.vivace.train.EfficiencyMethod;

/** What holds the house together, one constant a rule. */
final class Rules {

    private static final String METHODS = "org.vivace.methods..";
    private static final String DATASETS = "org.vivace.datasets..";
    private static final String TORCH = "org.vivace.torch..";
    private static final String WORKLOADS = "org.vivace.workloads..";
    private static final String CELLS = "org.vivace.cells..";
    private static final String JUPYTER = "org.vivace.jupyter..";
    private static final String CLI = "org.vivace.cli..";
    private static final String DEV = "org.vivace.dev..";

    /** The rooms of the module notebooks. */
    private static final String[] NOTEBOOKS = {WORKLOADS, CELLS, JUPYTER, CLI, DEV};

    /** The packages of the toolkit, the lowest first: three of the core, then the tools, then reports. */
    private static final List<String> ROOMS =
            List.of("torch", "models", "train", "measure", "trace", "estimate", "profile", "bench", "report");

    private static final String[] CORE = {TORCH, "org.vivace.models..", "org.vivace.train.."};

    private static final DescribedPredicate<JavaClass> TOOLKIT = resideInAPackage("org.vivace..")
            .and(resideOutsideOfPackages(METHODS, DATASETS))
            .and(resideOutsideOfPackages(NOTEBOOKS))
            .as("the toolkit");

    private static final DescribedPredicate<JavaClass> METHOD = assignableTo(EfficiencyMethod.class)
            .and(DescribedPredicate.not(JavaClass.Predicates.type(EfficiencyMethod.class)))
            .as("methods");

    private static final DescribedPredicate<JavaClass> METHODS_OF_OURS =
            METHOD.and(resideInAPackage(METHODS)).as("methods in " + METHODS);

    static final ArchRule TOOLKIT_STANDS_ALONE = noClasses()
            .that(TOOLKIT)
            .should()
            .dependOnClassesThat(resideInAnyPackage(METHODS, DATASETS).or(resideInAnyPackage(NOTEBOOKS)));

    static final ArchRule ROOMS_KNOW_ONLY_THOSE_BELOW = classes().that(TOOLKIT).should(knowNoHigherRoom());

    static final ArchRule PACKAGES_GO_IN_NO_CIRCLE =
            slices().matching("org.vivace.(*)..").should().beFreeOfCycles();

    static final ArchRule METHODS_KNOW_ONLY_THE_CORE = noClasses()
            .that()
            .resideInAPackage(METHODS)
            .should()
            .dependOnClassesThat(resideInAPackage("org.vivace..")
                    .and(resideOutsideOfPackage(METHODS))
                    .and(resideOutsideOfPackages(CORE)));

    static final ArchRule WORKLOADS_STAND_BELOW_WHAT_SHOWS_THEM = noClasses()
            .that()
            .resideInAPackage(WORKLOADS)
            .should()
            .dependOnClassesThat(resideInAnyPackage(CELLS, JUPYTER, CLI, DEV));

    static final ArchRule CELLS_AND_KERNELS_KNOW_NO_COMMAND = noClasses()
            .that()
            .resideInAnyPackage(CELLS, JUPYTER)
            .should()
            .dependOnClassesThat(resideInAnyPackage(CLI, DEV));

    /** So that a user's class path does without the room for who works on this project. */
    static final ArchRule NOBODY_KNOWS_THE_MAKERS_TOOLS =
            noClasses().that().resideOutsideOfPackage(DEV).should().dependOnClassesThat(resideInAPackage(DEV));

    static final ArchRule DATASETS_STAND_ALONE = noClasses()
            .that()
            .resideInAPackage(DATASETS)
            .should()
            .dependOnClassesThat(resideInAPackage("org.vivace..").and(resideOutsideOfPackages(DATASETS)));

    static final ArchRule METHODS_DO_NOT_KNOW_EACH_OTHER =
            classes().that().resideInAPackage(METHODS).should(dependOnNoOtherMethod());

    static final ArchRule METHODS_ARE_PUBLIC_RECORDS = classes()
            .that(METHODS_OF_OURS)
            .should()
            .bePublic()
            .andShould()
            .beRecords()
            .andShould()
            .resideInAPackage("org.vivace.methods");

    static final ArchRule NAMES_SAY_WHAT_A_CLASS_IS = noClasses()
            .should()
            .haveNameMatching(".*(Manager|Helper|Utils?|Impl|Processor)")
            .orShould()
            .haveNameMatching(".*[.$]Abstract[A-Z].*");

    static final ArchRule ONLY_TORCH_REACHES_BELOW_DJL = noClasses()
            .that()
            .resideOutsideOfPackage(TORCH)
            .should()
            .dependOnClassesThat(resideInAnyPackage("ai.djl.pytorch..", "com.sun.jna.."));

    static final ArchRule TORCH_KNOWS_NO_OTHER_ROOM = noClasses()
            .that()
            .resideInAPackage(TORCH)
            .should()
            .dependOnClassesThat(resideInAPackage("org.vivace..").and(resideOutsideOfPackages(TORCH)));

    /** But for the bar, which is drawn on a terminal, and the program of a fresh JVM, whose answer is what it prints. */
    static final ArchRule LIBRARIES_DO_NOT_PRINT = noClasses()
            .that()
            .resideOutsideOfPackages(NOTEBOOKS)
            .and()
            .doNotHaveFullyQualifiedName("org.vivace.bench.ProgressBar")
            .and()
            .doNotHaveFullyQualifiedName("org.vivace.bench.FreshStep")
            .should(ACCESS_STANDARD_STREAMS);

    private Rules() {}

    /** Class files hold every name and string they use as text; Javadoc, which may name a method, is not among it. */
    static ArchRule toolkitNamesNoMethod(Collection<String> names) {
        return classes().that(TOOLKIT).should(new ArchCondition<>("contain the name of no method") {
            @Override
            public void check(JavaClass room, ConditionEvents events) {
                String text = constants(room);
                List<String> found = names.stream().filter(text::contains).toList();
                events.add(new SimpleConditionEvent(room, found.isEmpty(), room.getName() + " contains " + found));
            }
        });
    }

    private static String constants(JavaClass room) {
        try (InputStream file = room.getSource().orElseThrow().getUri().toURL().openStream()) {
            return new String(file.readAllBytes(), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ArchCondition<JavaClass> knowNoHigherRoom() {
        return new ArchCondition<>("know no room above theirs") {
            @Override
            public void check(JavaClass item, ConditionEvents events) {
                int own = ROOMS.indexOf(room(item));
                events.add(new SimpleConditionEvent(item, own >= 0, item.getName() + " is in no room of " + ROOMS));
                for (Dependency dependency : item.getDirectDependenciesFromSelf()) {
                    boolean above = ROOMS.indexOf(room(dependency.getTargetClass())) > own;
                    events.add(new SimpleConditionEvent(item, !above, dependency.getDescription()));
                }
            }
        };
    }

    /** What follows org.vivace in the package's name, or "". */
    private static String room(JavaClass item) {
        String[] names = item.getPackageName().split("\\.", 4);
        return names.length > 2 && item.getPackageName().startsWith("org.vivace.") ? names[2] : "";
    }

    private static ArchCondition<JavaClass> dependOnNoOtherMethod() {
        return new ArchCondition<>("depend on no other method") {
            @Override
            public void check(JavaClass item, ConditionEvents events) {
                for (Dependency dependency : item.getDirectDependenciesFromSelf()) {
                    JavaClass target = outermost(dependency.getTargetClass());
                    JavaClass self = outermost(item);
                    boolean other = METHODS_OF_OURS.test(self) && METHODS_OF_OURS.test(target) && !target.equals(self);
                    events.add(new SimpleConditionEvent(item, !other, dependency.getDescription()));
                }
            }
        };
    }

    private static JavaClass outermost(JavaClass item) {
        return item.getEnclosingClass().map(Rules::outermost).orElse(item);
    }

    static Collection<JavaClass> methods(JavaClasses all) {
        return all.that(METHODS_OF_OURS);
    }
}
