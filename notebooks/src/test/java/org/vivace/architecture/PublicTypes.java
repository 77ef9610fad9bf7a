package org.vivace.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import ai.djl.nn.Block;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which types a user may name. A module-info cannot say it: the core has a class in a package of DJL's, and two modules
 * must not share a package.
 */
final class PublicTypes {

    private static final List<String> DOCUMENTS =
            List.of("README.md", "CONTRIBUTING.md", "docs", "methods/cards", "notebooks", "tutorials");

    private PublicTypes() {}

    /** What is public must be kept, so it has a reader: another package, a document, a caller who catches it. */
    static ArchRule haveAReader() {
        Set<String> shown = wordsInDocuments();
        Set<String> services = services();
        return classes().that().arePublic().and().areTopLevelClasses().should(new ArchCondition<>("have a reader") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                boolean read = services.contains(type.getName())
                        || shown.contains(type.getSimpleName())
                        || type.isAssignableTo(Throwable.class)
                        || type.tryGetMethod("main", String[].class).isPresent()
                        || isBlockOfModels(type)
                        || withNested(type).anyMatch(PublicTypes::isUsedOrOffered);
                String message = type.getName() + " is public, but nothing outside its package sees it";
                events.add(new SimpleConditionEvent(type, read, message));
            }
        });
    }

    /** Users build networks of these. */
    private static boolean isBlockOfModels(JavaClass type) {
        return type.getPackageName().equals("org.vivace.models") && type.isAssignableTo(Block.class);
    }

    /** The type and those nested in it: whoever uses a nested type names the outer one, too. */
    private static Stream<JavaClass> withNested(JavaClass type) {
        return type.getPackage().getClasses().stream()
                .filter(each -> each.equals(type) || each.getName().startsWith(type.getName() + "$"));
    }

    private static boolean isUsedOrOffered(JavaClass type) {
        return type.getDirectDependenciesToSelf().stream()
                .map(Dependency::getOriginClass)
                .filter(by -> withNested(type).noneMatch(by::equals))
                .anyMatch(by -> !by.getPackageName().equals(type.getPackageName()) || offers(by, type));
    }

    private static boolean offers(JavaClass by, JavaClass type) {
        return isVisible(by.getModifiers())
                && Stream.of(
                                by.getFields().stream()
                                        .filter(field -> isVisible(field.getModifiers()))
                                        .map(field -> (JavaType) field.getType()),
                                by.getCodeUnits().stream()
                                        .filter(unit -> isVisible(unit.getModifiers()))
                                        .flatMap(PublicTypes::signature),
                                by.getInterfaces().stream(),
                                by.getSuperclass().stream())
                        .flatMap(each -> each)
                        .anyMatch(each -> each.getAllInvolvedRawTypes().contains(type));
    }

    private static Stream<JavaType> signature(JavaCodeUnit unit) {
        return Stream.concat(Stream.of(unit.getReturnType()), unit.getParameterTypes().stream());
    }

    private static boolean isVisible(Set<JavaModifier> modifiers) {
        return modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED);
    }

    private static Set<String> wordsInDocuments() {
        return DOCUMENTS.stream()
                .flatMap(name -> files(Project.root().resolve(name)))
                .filter(file -> file.toString().matches(".*[.](md|ipynb|jshell)"))
                .flatMap(file -> Pattern.compile("\\W+").splitAsStream(Quotes.read(file)))
                .collect(Collectors.toSet());
    }

    private static Set<String> services() {
        return Project.modules()
                .map(module -> module.resolve("src/main/resources/META-INF/services"))
                .filter(Files::exists)
                .flatMap(PublicTypes::files)
                .flatMap(file -> Quotes.read(file).lines())
                .map(name -> name.replaceFirst("\\$.*", ""))
                .collect(Collectors.toSet());
    }

    private static Stream<Path> files(Path root) {
        try (Stream<Path> files = Files.walk(root)) {
            return files
                    .filter(Files::isRegularFile)
                    .filter(file -> !file.toString().contains("/target/"))
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
