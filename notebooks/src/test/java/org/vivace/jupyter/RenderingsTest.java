package org.vivace.jupyter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assumptions.assumeThat;

import ai.djl.nn.core.Linear;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.rapaio.jupyter.kernel.display.DisplayData;
import org.rapaio.jupyter.kernel.display.DisplayRenderer;
import org.rapaio.jupyter.kernel.display.DisplaySystem;
import org.rapaio.jupyter.kernel.display.spi.DisplayProvider;
import org.vivace.estimate.ArraySpec;
import org.vivace.estimate.Estimator;
import org.vivace.report.Fonts;
import org.vivace.train.TrainingRecord;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.Table;

class RenderingsTest {

    private static final Table TABLE = Table.create("t", DoubleColumn.create("x", 0.5));

    /** A type that a notebook defines itself. */
    private record Mine(Table table) implements Shown {

        @Override
        public String toString() {
            return "Mine & yours.";
        }
    }

    @Test
    void aPictureIsAPngThatIsNoWiderThanThePage() throws Exception {
        Rendered wide = Renderings.of(new BufferedImage(1280, 720, BufferedImage.TYPE_INT_RGB))
                .orElseThrow();
        BufferedImage read = ImageIO.read(
                new ByteArrayInputStream(Base64.getDecoder().decode(wide.data().get("image/png"))));
        assertThat(read.getWidth()).isEqualTo(1280);
        assertThat(wide.metadata()).isEqualTo(Map.of("image/png", Map.of("width", 1000, "height", 563)));
        assertThat(wide.data()).containsEntry("text/plain", "a picture, 1280 x 720");
        Rendered small = Renderings.of(new BufferedImage(400, 300, BufferedImage.TYPE_INT_RGB))
                .orElseThrow();
        assertThat(small.metadata().get("image/png")).isEqualTo(Map.of("width", 400, "height", 300));
    }

    @Test
    void aChartIsAPicture() {
        assumeThat(Fonts.available()).as("Java2D has fonts").isTrue();
        XYChart chart = new XYChartBuilder().width(300).height(200).build();
        chart.addSeries("s", new double[] {1, 2}, new double[] {1, 2});
        assertThat(Renderings.of(chart).orElseThrow().data()).containsKey("image/png");
    }

    @Test
    void aTableIsHtmlAndText() {
        assertThat(Renderings.of(TABLE).orElseThrow().data())
                .containsEntry("text/plain", "x\n---\n0.5")
                .hasEntrySatisfying("text/html", html -> assertThat(html).startsWith("<table style="));
    }

    @Test
    void whatIsShownIsItsSentencesAndItsTable() {
        assertThat(Renderings.of(new Mine(TABLE)).orElseThrow().data())
                .containsEntry("text/plain", "Mine & yours.\n\nx\n---\n0.5")
                .hasEntrySatisfying(
                        "text/html",
                        html -> assertThat(html).startsWith("<p><b>Mine &amp; yours.</b></p>\n<table style="));
    }

    @Test
    void aTrainingAndAnEstimateAreShown() {
        TrainingRecord record = new TrainingRecord(9, 1.5, List.of(), List.of(), List.of(), false);
        assertThat(Renderings.of(record).orElseThrow().data()).containsEntry("text/plain", "9 steps in 1.5 s");
        var estimate = Estimator.of(Linear.builder().setUnits(3).build(), ArraySpec.float32(4, 5))
                .training(Loss.l2Loss(), Optimizer.adam().build(), ArraySpec.float32(4, 3))
                .step();
        assertThat(Renderings.of(estimate).orElseThrow().data().get("text/plain"))
                .containsPattern("trained values +18\n")
                .containsPattern("peak MiB +0\\.00\\d{2,5}\n");
    }

    @Test
    void whatIsNotKnownIsLeftToTheKernel() {
        assertThat(Renderings.of("a text")).isEmpty();
    }

    @Test
    void theMavenKernelFindsThem() {
        List<DisplayRenderer> renderers = ServiceLoader.load(DisplayProvider.class).stream()
                .flatMap(each -> each.get().getDisplayRenderers().stream())
                .toList();
        DisplayRenderer tables = renderers.stream()
                .filter(each -> each.rendererClass() == Table.class)
                .findFirst()
                .orElseThrow();
        assertThat(tables.canRender(null)).isTrue();
        assertThat(tables.canRender("text/plain")).isFalse();
        DisplayData data = tables.render(null, TABLE);
        assertThat(data.data()).containsEntry("text/plain", "x\n---\n0.5").containsKey("text/html");
    }

    @Test
    void whatTheMavenKernelWouldTakeForHtmlIsAText() {
        assertThat(DisplaySystem.inst().render("2 < 3").data()).isEqualTo(Map.of("text/plain", "2 < 3"));
        assertThat(DisplaySystem.inst().render(Map.of("width", "48")).data())
                .isEqualTo(Map.of("text/plain", "{width=48}"));
        assertThat(DisplaySystem.inst().render(List.of(1, 2)).data()).isEqualTo(Map.of("text/plain", "[1, 2]"));
    }

    @Test
    void aKernelOfAnotherVersionIsNamed() {
        assertThatIllegalStateException()
                .isThrownBy(() -> Calls.on("text", "noSuchMethod"))
                .withMessage(
                        "expected java.lang.String to have noSuchMethod, found nothing of that name: install the version"
                                + " of the kernel that Vivace was made for");
        assertThatIllegalStateException()
                .isThrownBy(() -> Calls.field(new Mine(TABLE), "noSuchField"))
                .withMessageContaining("to have noSuchField, found nothing of that name");
        assertThatIllegalStateException()
                .isThrownBy(() -> Calls.set(new Mine(TABLE), "noSuchField", 1))
                .withMessageContaining("to have noSuchField, found nothing of that name");
        assertThatIllegalStateException()
                .isThrownBy(() -> Calls.on("text", "substring", "not a number"))
                .withMessageContaining("to have substring");
        assertThatIllegalStateException()
                .isThrownBy(() -> Calls.onClass(Class.class, "forName", "no.such.Class"))
                .withMessage("java.lang.Class could not do forName: java.lang.ClassNotFoundException: no.such.Class");
        assertThatIllegalStateException()
                .isThrownBy(() -> Calls.make(Mine.class, 1))
                .withMessageContaining("to have a constructor");
    }

    @Test
    void hereIsNoKernel() {
        Kernel.begin();
        assertThat(Kernel.display()).isEmpty();
    }
}
