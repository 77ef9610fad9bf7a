package org.vivace.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Recipes as text, and the methods that others bring. */
class CatalogueTest {

    @TempDir
    private Path folder;

    private final ClassLoader before = Thread.currentThread().getContextClassLoader();

    @AfterEach
    void leave() {
        Thread.currentThread().setContextClassLoader(before);
    }

    /** As a user's artifact names its providers. */
    private void bring(Class<?>... providers) throws Exception {
        Path file = folder.resolve("META-INF/services/org.vivace.train.MethodProvider");
        Files.createDirectories(file.getParent());
        StringBuilder names = new StringBuilder();
        for (Class<?> provider : providers) {
            names.append(provider.getName()).append('\n');
        }
        Files.writeString(file, names);
        Thread.currentThread()
                .setContextClassLoader(
                        new URLClassLoader(new URL[] {folder.toUri().toURL()}, before));
    }

    /** A method of somebody else's. */
    private record Clipping(double most) implements EfficiencyMethod {

        @Override
        public Traits traits() {
            return Traits.of(Kind.OPTIMIZER, Equivalence.CHANGES_TRAINING);
        }

        @Override
        public Hooks attach(Run run) {
            return new Hooks() {};
        }
    }

    /** Brings it. */
    public static final class Bringing implements MethodProvider {

        @Override
        public List<CatalogueEntry> methods() {
            return List.of(new CatalogueEntry(
                    "Clipping", "(most)", "clips gradients", written -> new Clipping(written.number(1))));
        }
    }

    /** Brings another one of that name. */
    public static final class BringingAgain implements MethodProvider {

        @Override
        public List<CatalogueEntry> methods() {
            return List.of(new CatalogueEntry("clipping", "", "clips them too", written -> new Clipping(2)));
        }
    }

    @Test
    void aRecipeWithoutMethodsIsWrittenAsOne() {
        assertThat(Catalogue.write(List.of())).contains("none");
        assertThat(Catalogue.parse("none")).isEmpty();
        assertThat(Catalogue.parse(" none ")).isEmpty();
        assertThat(Catalogue.parse("")).isEmpty();
    }

    @Test
    void noneIsNotOneOfSeveral() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Catalogue.parse("none,none"))
                .withMessageStartingWith("there is no method none");
    }

    @Test
    void whereNobodyBringsAnyThereIsNone() {
        assertThat(Catalogue.all()).isEmpty();
        assertThat(Catalogue.write(List.of(new Clipping(1)))).isEmpty();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Catalogue.parse("Clipping"))
                .withMessage(
                        "there is no method Clipping: none is on the class path, add the artifact that contains it");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Catalogue.parse("Clipping(1"))
                .withMessage("expected a method, got 'Clipping(1': separate methods by commas and close every bracket");
    }

    @Test
    void aProviderOfTheThreadsClassPathIsFound() throws Exception {
        bring(Bringing.class);
        assertThat(Catalogue.all()).extracting(CatalogueEntry::name).containsExactly("Clipping");
        assertThat(Catalogue.parse("clipping(0.5)")).containsExactly(new Clipping(0.5));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Catalogue.parse("Cliping"))
                .withMessage("there is no method Cliping: did you mean Clipping? 'vivace methods' lists all");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Catalogue.parse("Clipping(1"))
                .withMessage(
                        "expected a method such as Clipping or Clipping(1.0), got 'Clipping(1': separate methods by"
                                + " commas and close every bracket");
    }

    @Test
    void whatHasWordsIsWrittenAndReadAgain() throws Exception {
        bring(Bringing.class);
        assertThat(Catalogue.write(List.of(new Clipping(0.25)))).contains("Clipping(0.25)");
        assertThat(Catalogue.parse("Clipping(0.25)")).containsExactly(new Clipping(0.25));
    }

    @Test
    void twoOfOneNameAreRefused() throws Exception {
        bring(Bringing.class, BringingAgain.class);
        assertThatIllegalStateException()
                .isThrownBy(Catalogue::all)
                .withMessage("expected one method named clipping, found a second in " + BringingAgain.class.getName()
                        + ": rename it there");
    }
}
