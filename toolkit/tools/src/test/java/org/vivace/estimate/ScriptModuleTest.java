package org.vivace.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.optimizer.Optimizer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vivace.torch.Gradients;
import org.vivace.torch.ScriptModule;

/** Blocks that are TorchScript modules: their parameters are known, what they do is measured. */
class ScriptModuleTest {

    private static final long ROWS = 512;

    private static Estimator estimator(Block block) {
        return Estimator.of(block, ArraySpec.float32(ROWS, ScriptedLinear.IN))
                .training(new Compared.Sum(), Optimizer.adam().build(), ArraySpec.float32(1));
    }

    private static Block like() {
        return Linear.builder().setUnits(ScriptedLinear.OUT).optBias(false).build();
    }

    private static Block last() {
        return Linear.builder().setUnits(16).build();
    }

    /** 64 × 32 weights; 2 · 512 · 64 · 32 operations forward and as many for the weight's gradient. */
    @Test
    void countsAsTheSameBlockOfDjl() {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            Estimate known =
                    estimator(new SequentialBlock().add(like()).add(last())).step();
            Block module = ScriptedLinear.load(manager);
            Estimate scripted =
                    estimator(new SequentialBlock().add(module).add(last())).step();
            assertThat(scripted.outputs()).isEqualTo(known.outputs());
            assertThat(scripted.parameters()).isEqualTo(known.parameters()).isEqualTo(64 * 32 + 32 * 16 + 16);
            assertThat(scripted.forwardFlops()).isEqualTo(known.forwardFlops());
            assertThat(scripted.backwardFlops()).isEqualTo(known.backwardFlops());
            assertThat(scripted.memory().weights()).isEqualTo(known.memory().weights());
            assertThat(scripted.memory().gradients()).isEqualTo(known.memory().gradients());
            assertThat(scripted.memory().optimizerState())
                    .isEqualTo(known.memory().optimizerState());
            assertThat((double) scripted.memory().peak())
                    .isBetween(0.8 * known.memory().peak(), 1.2 * known.memory().peak());
            assertThat(scripted.notes())
                    .containsExactly("PtSymbolBlock at 01PtSymbolBlock was measured once, since it wants arrays of the"
                            + " engine's own class: it ran alone on random numbers");
        }
    }

    /** As the root of a model, and inside a block that is measured for reasons of its own. */
    @Test
    void wherever() {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            double flops = 2 * 2.0 * ROWS * ScriptedLinear.IN * ScriptedLinear.OUT;
            assertThat(estimator(ScriptedLinear.load(manager)).step().flops()).isEqualTo(flops);
            Block through =
                    new Through(ScriptedLinear.load(manager), x -> x.getFloat(0, 0) < 1e9 ? x : x.neg(), last());
            Estimate estimate = estimator(new SequentialBlock().add(through)).step();
            assertThat(estimate.flops()).isEqualTo(flops + 3 * 2.0 * ROWS * ScriptedLinear.OUT * 16);
            assertThat(estimate.notes())
                    .singleElement()
                    .asString()
                    .startsWith("Through at 01Through was measured once");
        }
    }

    /** A gradient of made-up numbers would go into the first step of a training. */
    @Test
    void leavesNoGradientAndNoArrayBehind() {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            Block module = ScriptedLinear.load(manager);
            NDArray weight = module.getParameters().valueAt(0).getArray();
            weight.setRequiresGradient(true);
            float[] before = weight.toFloatArray();
            int arrays = manager.getManagedArrays().size();
            estimator(new SequentialBlock().add(module).add(last())).step();
            estimator(new SequentialBlock().add(new Through(module, x -> x.mul(x.getFloat(0, 0)), last())))
                    .step();
            assertThat(Gradients.exists(weight)).isFalse();
            assertThat(weight.toFloatArray()).isEqualTo(before);
            assertThat(manager.getManagedArrays()).hasSize(arrays);
        }
    }

    @Test
    void frozen() {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            Block module = ScriptedLinear.load(manager);
            module.freezeParameters(true);
            Estimate estimate =
                    estimator(new SequentialBlock().add(module).add(last())).step();
            assertThat(estimate.parameters()).isEqualTo(32 * 16 + 16);
            assertThat(estimate.memory().weights()).isEqualTo(4 * (64 * 32 + 32 * 16 + 16));
            assertThat(estimate.backwardFlops()).isEqualTo(2.0 * ROWS * 32 * 16);
        }
    }

    @Test
    void inInference() {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            Estimate estimate = Estimator.of(ScriptedLinear.load(manager), ArraySpec.float32(8, ScriptedLinear.IN))
                    .inference();
            assertThat(estimate.flops()).isEqualTo(2.0 * 8 * 64 * 32);
            assertThat(estimate.outputs()).containsExactly(new Shape(8, 32));
        }
    }

    @Test
    void itsTimeIsMeasured(@TempDir Path folder) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            Estimate estimate = estimator(ScriptedLinear.load(manager)).step();
            StepTime time = OperationTimes.of(Device.cpu(), folder.resolve("times.json"))
                    .of(estimate, Optimizer.adam().build());
            assertThat(time.forward()).isPositive();
            assertThat(time.backward()).isPositive();
        }
    }

    @Test
    void theReasonWhereItFails() {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            Block block = new SequentialBlock().add(ScriptedLinear.load(manager));
            assertThatThrownBy(
                            () -> Estimator.of(block, ArraySpec.float32(8, 5)).inference())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                            "expected inputs that fit the model, got shapes [(2, 5)] for its first rows: mat1 and mat2"
                                    + " shapes cannot be multiplied (2x5 and 64x32)");
        }
    }

    @Test
    void onlyModulesAreCopied() {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            assertThatThrownBy(() -> ScriptModule.copy(like(), manager))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("expected a TorchScript module, got a Linear: give a block that was loaded as one");
        }
    }
}
