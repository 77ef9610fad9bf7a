package org.vivace.methods;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.vivace.contract.SmallTraining;
import org.vivace.torch.PeakMemory;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.Run;
import org.vivace.train.RunSettings;
import org.vivace.train.Sample;

@Tag("slow")
class CheckpointingMemoryTest {

    private static final int BLOCKS = 16;
    private static final int WIDTH = 64;
    private static final int BATCH = 16384; // 4 MiB in each activation of that width

    /** Sixteen blocks that widen four-fold and narrow again. */
    private static Block deep() {
        SequentialBlock blocks = new SequentialBlock();
        for (int i = 0; i < BLOCKS; i++) {
            blocks.add(new SequentialBlock()
                    .add(Linear.builder().setUnits(4 * WIDTH).build())
                    .add(Activation.tanhBlock())
                    .add(Linear.builder().setUnits(WIDTH).build()));
        }
        return blocks;
    }

    @Test
    void activationsTakeAQuarterOfTheMemoryOrLess() throws Exception {
        Assumptions.assumeTrue(PeakMemory.reset(), "needs a system that lets a process reset its peak");
        long plain = peakInAProcessOfItsOwn("plain");
        long checkpointed = peakInAProcessOfItsOwn("checkpointed");

        assertThat(plain).as("bytes of 16 blocks' activations").isGreaterThan(BLOCKS * 8L * BATCH * WIDTH * 4);
        assertThat(checkpointed).isLessThanOrEqualTo(plain / 4);
    }

    private static long peakInAProcessOfItsOwn(String variant) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                Step.class.getName(),
                variant);
        // Each large array is a mapping of its own, so that what is freed is seen to be free.
        builder.environment().put("MALLOC_MMAP_THRESHOLD_", "262144");
        Process process = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            return out.lines()
                    .filter(line -> line.startsWith("bytes "))
                    .mapToLong(line -> Long.parseLong(line.substring(6)))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** The process that is measured: prints by how many bytes a step's peak is above what is there before it. */
    static final class Step {

        private Step() {}

        @SuppressWarnings("SystemOut") // the way to speak with the process that started this one
        public static void main(String[] arguments) {
            EfficiencyMethod[] methods = arguments[0].equals("plain")
                    ? new EfficiencyMethod[0]
                    : new EfficiencyMethod[] {new ActivationCheckpointing()};
            try (Model model = SmallTraining.model(deep());
                    Run run = Run.of(model, RunSettings.none(), methods);
                    Trainer trainer = model.newTrainer(SmallTraining.config(SmallTraining.sgd()))) {
                trainer.initialize(new Shape(BATCH, WIDTH));
                step(run, trainer, model, 64); // weights, gradients and compiled code exist
                System.gc();
                long before = PeakMemory.residentBytes().orElseThrow();
                PeakMemory.reset();
                step(run, trainer, model, BATCH);
                System.out.println("bytes " + (PeakMemory.bytes(Device.cpu()).orElseThrow() - before));
            }
        }
    }

    private static void step(Run run, Trainer trainer, Model model, int size) {
        try (NDManager batch = model.getNDManager().newSubManager()) {
            Sample sample = StepGradients.ofOne(batch.randomNormal(new Shape(size, WIDTH)));
            run.step(sample, trainer::forward, new Square(), trainer::step);
        }
    }

    private static final class Square extends Loss {

        Square() {
            super("square");
        }

        @Override
        public NDArray evaluate(NDList labels, NDList predictions) {
            return predictions.head().square().mean();
        }
    }
}
