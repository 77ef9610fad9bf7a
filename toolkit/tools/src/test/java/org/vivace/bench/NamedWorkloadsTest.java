package org.vivace.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.Shape;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NamedWorkloadsTest {

    private static final Rows ROWS = new Rows();

    @TempDir
    private Path folder;

    private final ClassLoader before = Thread.currentThread().getContextClassLoader();
    private URLClassLoader services;

    /** A class path with a service, beside that of the tests, which has none. */
    @BeforeEach
    void enter() throws Exception {
        Path file = folder.resolve("META-INF/services/org.vivace.bench.Workload");
        Files.createDirectories(file.getParent());
        Files.writeString(file, Rows.class.getName() + "\n" + Fixed.class.getName() + "\n");
        services = new URLClassLoader(new URL[] {folder.toUri().toURL()}, before);
        Thread.currentThread().setContextClassLoader(services);
    }

    @AfterEach
    void leave() throws Exception {
        Thread.currentThread().setContextClassLoader(before);
        services.close();
    }

    private static ComposedWorkload composed(String name) {
        return Workload.of(name, ROWS::newBlock, new Shape(8, 4), ROWS.loss(), ROWS::optimizer, ROWS.train());
    }

    /** One of a single size. */
    public static final class Fixed implements LikeRows {

        @Override
        public String name() {
            return "fixed";
        }
    }

    /** Supplies a composed one. */
    public static final class Supplying implements Supplier<Workload> {

        @Override
        public Workload get() {
            return composed("supplied");
        }
    }

    /** Supplies something else. */
    private static final class SuppliesText implements Supplier<String> {

        @Override
        public String get() {
            return "a text";
        }
    }

    private record NeedsAnArgument(String name) implements LikeRows {}

    private record WithoutItsData(String name) implements LikeRows {

        WithoutItsData() {
            this("without");
            throw new IllegalStateException("expected the data, found none: fetch them first");
        }
    }

    @Test
    void aServiceIsFoundByItsName() {
        assertThat(NamedWorkloads.services()).containsOnlyKeys("rows", "fixed");
        assertThat(Workload.named("rows")).isEqualTo(ROWS);
        assertThat(Workload.named("Rows")).isEqualTo(ROWS);
        assertThat(Workload.named("fixed")).isInstanceOf(Fixed.class);
    }

    @Test
    void aClassIsFoundByItsOwn() {
        assertThat(Workload.named("org.vivace.bench.Rows")).isEqualTo(ROWS);
        assertThat(Workload.named(Supplying.class.getName()).name()).isEqualTo("supplied");
        assertThat(Workload.madeBy(Rows.class)).isEqualTo(ROWS);
    }

    @Test
    void whatIsNeitherIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Workload.named("speech"))
                .withMessage("a workload must be one of rows, fixed, or a class on the class path that is a Workload or"
                        + " a Supplier<Workload>, got speech: choose one of these, or give the class's folder with"
                        + " --class-path");
        Thread.currentThread().setContextClassLoader(before);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Workload.named("speech"))
                .withMessage("a workload must be a class on the class path that is a Workload or a Supplier<Workload>,"
                        + " got speech: give the class's folder with --class-path");
    }

    @Test
    void aClassThatIsNoWorkloadIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Workload.named("java.lang.Object"))
                .withMessage("expected a class that implements org.vivace.bench.Workload or Supplier<Workload>, got"
                        + " java.lang.Object: implement one of them there");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Workload.madeBy(SuppliesText.class))
                .withMessageContaining("got " + SuppliesText.class.getName());
    }

    @Test
    void aClassWithoutAConstructorWithoutArgumentsIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Workload.madeBy(NeedsAnArgument.class))
                .withMessage("expected a constructor without arguments in " + NeedsAnArgument.class.getName()
                        + ", found none: add one");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Workload.madeBy(Workload.class))
                .withMessageStartingWith("expected a constructor without arguments in org.vivace.bench.Workload");
    }

    @Test
    void whatAConstructorRefusesIsSaidAsItSaysIt() {
        assertThatThrownBy(() -> Workload.madeBy(WithoutItsData.class))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("expected the data, found none: fetch them first");
    }

    @Test
    void aServiceIsTypedByItsNameAndAnotherByItsClass() {
        assertThat(NamedWorkloads.nameOf(new Rows(9, 8, 16, 0.1, 7, true, "drawn")))
                .contains("rows");
        assertThat(NamedWorkloads.nameOf(Workload.madeBy(Supplying.class))).contains(Supplying.class.getName());
        Thread.currentThread().setContextClassLoader(before);
        assertThat(NamedWorkloads.nameOf(ROWS)).contains("org.vivace.bench.Rows");
    }

    @Test
    void anotherWorkloadOfAServicesNameIsNotTheService() {
        assertThat(NamedWorkloads.nameOf(composed("rows"))).isEmpty();
    }

    @Test
    void whatWasMadeInThisProcessHasNoName() {
        assertThat(NamedWorkloads.nameOf(composed("mine"))).isEmpty();
        assertThat(NamedWorkloads.nameOf(new NeedsAnArgument("mine"))).isEmpty();
        assertThat(NamedWorkloads.nameOf(new WithoutItsData("mine"))).isEmpty();
        assertThat(NamedWorkloads.nameOf(((ComposedWorkload) Workload.madeBy(Supplying.class)).learningRate(1)))
                .as("whoever changes it has another one than its class makes")
                .isEmpty();
    }
}
