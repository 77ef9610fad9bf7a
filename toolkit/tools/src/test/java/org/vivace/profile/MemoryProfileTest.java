package org.vivace.profile;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.listener.TrainingListenerAdapter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.vivace.torch.HeldMemory;

@Tag("slow")
class MemoryProfileTest {

    private static final int BATCH = 1024;
    private static final long UNITS = 2048;
    private static final long MIB = 1 << 20;

    @Test
    void tellsWhatAStepHolds() throws Exception {
        SequentialBlock net = new SequentialBlock()
                .add(Linear.builder().setUnits(UNITS).build())
                .add(Planted.block(inputs -> new NDList(inputs.head().sin())))
                .add(Linear.builder().setUnits(3).build());
        try (Model model = Planted.model(net);
                Trainer trainer = model.newTrainer(Planted.config())) {
            trainer.initialize(new Shape(BATCH, 8));
            Profile profile = Profiler.of(trainer).steps(1).run(data(model.getNDManager()));
            MemoryProfile memory = profile.memory();
            long parameters = 4 * (8 * UNITS + UNITS + UNITS * 3 + 3);
            assertThat(memory.parameterBytes()).isEqualTo(parameters);
            assertThat(memory.gradientBytes()).isEqualTo(parameters);
            assertThat(memory.optimizerBytes()).hasValue(2 * parameters);
            // Two arrays of 1024 x 2048 fp32 stay for the backward pass, each 8 MiB.
            assertThat(memory.activationBytes().orElseThrow()).isBetween(14 * MIB, 19 * MIB);
            assertThat(memory.peakBytes().orElseThrow())
                    .isGreaterThan(memory.heldBytes().orElseThrow() + 14 * MIB);
            assertThat(memory.heldBytes().orElseThrow()).isGreaterThan(4 * parameters);
            assertThat(memory.peakPart().orElseThrow()).isIn("forward", "loss", "backward");
            assertThat(memory.largestBlock().orElseThrow())
                    .isIn(net.getChildren().keys().subList(0, 2));
            assertThat(memory.timeline())
                    .hasSizeGreaterThan(12)
                    .isSortedAccordingTo(java.util.Comparator.comparingDouble(MemoryProfile.Moment::millis));
            assertThat(memory.leaks()).isEmpty();
        }
    }

    private static ArrayDataset data(NDManager manager) {
        return new ArrayDataset.Builder()
                .setData(manager.randomNormal(new Shape(2 * BATCH, 8)))
                .optLabels(manager.arange(2 * BATCH).mod(3).toType(DataType.FLOAT32, false))
                .setSampling(BATCH, false)
                .build();
    }

    @Test
    void namesArraysThatOutliveTheirBatch() throws Exception {
        List<NDArray> kept = new ArrayList<>();
        try (Model model = Planted.model(Planted.mlp(Planted.block(inputs -> inputs)))) {
            NDManager owner = model.getNDManager().newSubManager();
            owner.setName("of the test's");
            NDArray two = owner.create(2f);
            SequentialBlock net = Planted.mlp(Planted.block(inputs -> {
                // The trap of DJL's: the result belongs to the first operand's manager.
                two.mul(inputs.head());
                return inputs;
            }));
            model.setBlock(net);
            try (Trainer trainer =
                    model.newTrainer(Planted.config().addTrainingListeners(new TrainingListenerAdapter() {
                        @Override
                        public void onTrainingBatch(Trainer trainer, BatchData batch) {
                            kept.add(trainer.getManager().ones(new Shape(3, 2)));
                        }
                    }))) {
                trainer.initialize(Planted.INPUT);
                Profile profile = Profiler.of(trainer).steps(1).run(Planted.points(model.getNDManager()));
                assertThat(profile.memory().leaks())
                        .containsExactly(
                                new MemoryProfile.LeakedArray(
                                        "(4, 7)",
                                        "of the test's",
                                        "forward, " + net.getChildren().get(2).getKey(),
                                        1,
                                        4 * 7 * 4),
                                new MemoryProfile.LeakedArray("(3, 2)", "trainer", "listeners", 1, 3 * 2 * 4));
                assertThat(kept).isNotEmpty();
            }
        }
    }

    @Test
    void memoryInUseGrowsAndShrinksWithAnArray() {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            // The JVM's own compiler takes and gives back a few MiB of the same memory meanwhile.
            long before = HeldMemory.bytes(Device.cpu()).orElseThrow();
            NDArray array = manager.ones(new Shape(64, 1024, 1024));
            long during = HeldMemory.bytes(Device.cpu()).orElseThrow();
            array.close();
            long after = HeldMemory.bytes(Device.cpu()).orElseThrow();
            assertThat(during - before).isBetween(224 * MIB, 288 * MIB);
            assertThat(Math.abs(after - before)).isLessThan(32 * MIB);
        }
    }
}
