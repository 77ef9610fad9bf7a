package org.vivace.jupyter;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vivace.cli.IgnoredSignals;

/** The kernel in the Jupyter that the system has; required where VIVACE_JUPYTER_TEST says so. */
@Tag("slow")
class RealKernelTest {

    /** What each cell of the one notebook does; the third gets the signal that Jupyter's button sends. */
    private static final List<String> CELLS = List.of(
            """
            import ai.djl.nn.core.Linear;
            import ai.djl.training.dataset.ArrayDataset;
            import tech.tablesaw.api.*;
            var model = Model.newInstance("line");
            model.setBlock(Linear.builder().setUnits(1).build());
            var x = model.getNDManager().ones(new Shape(8, 2));
            var y = model.getNDManager().ones(new Shape(8, 1));
            var data = new ArrayDataset.Builder().setData(x).optLabels(y).setSampling(4, false).build();
            var training = Training.of(model).input(new Shape(4, 2)).loss(Loss.l2Loss()).steps(2);
            training.fit(data)""",
            "DoubleColumn.create(\"x\", 1, 2).asList().size() + \" < 3\"",
            """
            training.steps(2_000_000_000).onStep(at -> {
                if (at.step() == 100) {
                    sun.misc.Signal.raise(new sun.misc.Signal("INT"));
                }
            }).fit(data);
            System.out.println("goes on with the cell");""",
            "training.fit(data)",
            """
            var open = ai.djl.engine.Engine.getInstance().newGradientCollector();
            if (true) throw new IllegalStateException("the cell fails");""",
            "training.fit(data)",
            "new java.awt.image.BufferedImage(1280, 720, java.awt.image.BufferedImage.TYPE_INT_RGB)",
            """
            try (var bar = ProgressBar.here()) {
                for (int i = 0; i < 100; i++) {
                    bar.show(i / 100.0, java.time.Duration.ofSeconds(1), "step " + i + ": each is drawn");
                }
            }""");

    @TempDir
    private Path folder;

    @Test
    void trainsIsInterruptedTrainsAgainAndShowsWhatComesOut() throws Exception {
        IgnoredSignals.assumeArrives("INT");
        RealCells cells = RealCells.run(CELLS, folder);
        assertThat(cells.err()).doesNotContain("INFO");

        assertThat(cells.only(0).getAsJsonObject("data").toString()).contains("text/html", "2 steps in ");
        assertThat(cells.only(1).getAsJsonObject("data").toString()).isEqualTo("{\"text/plain\":[\"2 < 3\"]}");
        assertThat(cells.only(2).get("ename").getAsString()).contains("Interrupted");
        assertThat(cells.only(3).toString()).as("the cell after the interrupt").contains("2 steps in ");
        assertThat(cells.only(4).get("evalue").getAsString()).isEqualTo("the cell fails");
        assertThat(cells.outputs(5).toString())
                .as("the cell after the one that failed with a collector open")
                .contains("2 steps in ", "a gradient collector was still open");
        assertThat(cells.only(6).getAsJsonObject("data").keySet()).contains("image/png");
        assertThat(cells.only(6).getAsJsonObject("metadata").toString()).contains("\"width\":1000");
        assertThat(cells.only(7).getAsJsonObject("data").toString())
                .as("progress is one line, the last")
                .matches("\\{\"text/plain\":\\[\"took \\d+\\.\\d s\"\\]\\}");
    }

    @Test
    void aTrialSaysThatItTrained() throws Exception {
        assertThat(KernelTrial.of(RealCells.KERNEL, RealCells.jupyter(folder)))
                .matches("trained a step, loss [\\d.e+-]+");
    }
}
