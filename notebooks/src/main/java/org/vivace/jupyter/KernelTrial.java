package org.vivace.jupyter;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Checks that a registered kernel starts, finds its imports, and trains. */
public final class KernelTrial {

    private static final Duration LIMIT = Duration.ofMinutes(2);

    /** One step of a linear layer, with only the imports of every notebook. */
    private static final String CELL = """
            try (Model model = Model.newInstance("trial")) {
                model.setBlock(ai.djl.nn.core.Linear.builder().setUnits(1).build());
                var config = new DefaultTrainingConfig(Loss.l2Loss()).optOptimizer(Optimizer.adam().build());
                try (var trainer = new EfficientTrainer(model, config)) {
                    trainer.initialize(new Shape(4, 2));
                    var data = trainer.getManager().ones(new Shape(4, 2));
                    var wanted = trainer.getManager().ones(new Shape(4, 1));
                    try (var collector = trainer.newGradientCollector()) {
                        var loss = trainer.getLoss().evaluate(
                                new NDList(wanted), trainer.forward(new NDList(data), new NDList(wanted)));
                        collector.backward(loss);
                        System.out.printf("trained a step, loss %.4g%n", loss.getFloat());
                    }
                    trainer.step();
                }
            }
            """;

    private KernelTrial() {}

    /**
     * Runs the trial and returns what the kernel printed.
     *
     * @throws IllegalStateException with the reason if it fails
     */
    public static String of(String kernel, Jupyter jupyter) throws InterruptedException {
        try (PassingFolder folder = PassingFolder.named("vivace-kernel")) {
            Path notebook = Files.writeString(folder.path().resolve("trial.ipynb"), NewNotebook.of(List.of(CELL)));
            NotebookRun.Executed executed = NotebookRun.execute(
                    notebook, kernel, jupyter, LIMIT, folder.path().resolve("out"));
            if (!executed.obstacle().isEmpty()) {
                throw new IllegalStateException(executed.obstacle());
            }
            ExecutedNotebook found = ExecutedNotebook.parse(Texts.read(executed.file()));
            if (!found.failures().isEmpty()) {
                throw new IllegalStateException("expected the kernel " + kernel + " to train a step, found that "
                        + found.failures().get(0) + ": register it again with 'vivace notebook install'");
            }
            return found.printed().strip();
        } catch (IOException e) {
            throw new UncheckedIOException("expected a temporary folder, found " + e, e);
        }
    }
}
