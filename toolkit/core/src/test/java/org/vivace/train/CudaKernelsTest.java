package org.vivace.train;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.training.Trainer;
import ai.djl.training.tracker.Tracker;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.vivace.contract.GivenMethod;
import org.vivace.contract.SmallTraining;
import org.vivace.torch.CudaKernels;

/** The switches exist in every libtorch, so a run without a GPU shows when they are on. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "libtorch's functions are not found by name")
class CudaKernelsTest {

    private static final CudaKernels BOTH = new CudaKernels(true, true);
    /** libtorch's own: TF32 in convolutions alone. */
    private static final List<Boolean> BEFORE = List.of(false, true, false);

    private static final List<Boolean> ON = List.of(true, true, true);
    private static final List<Boolean> OFF = List.of(false, false, false);

    @Test
    void areInForceWithinTheirScopeOnly() {
        assertThat(CudaKernels.inForce()).isEqualTo(BEFORE);
        try (CudaKernels.Scope outer = BOTH.enter()) {
            assertThat(CudaKernels.inForce()).isEqualTo(ON);
            try (CudaKernels.Scope inner = new CudaKernels(false, false).enter()) {
                assertThat(CudaKernels.inForce()).isEqualTo(OFF);
            }
            assertThat(CudaKernels.inForce()).isEqualTo(ON);
        }
        assertThat(CudaKernels.inForce()).isEqualTo(BEFORE);
    }

    /** What the hooks of a run's step see, in their order. */
    private final List<List<Boolean>> seen = new ArrayList<>();

    private SequentialBlock watched() {
        return SmallTraining.mlp(0).add(new LambdaBlock(list -> {
            seen.add(CudaKernels.inForce());
            return new NDList(list);
        }));
    }

    private final GivenMethod watching = GivenMethod.of("Watching", Kind.OPTIMIZER, Equivalence.BIT_EQUAL, new Hooks() {
        @Override
        public void aroundBackward(Run run, NDArray loss, Hooks.Backward body) {
            body.from(loss);
            seen.add(CudaKernels.inForce());
        }

        @Override
        public void onGradients(Run run) {
            seen.add(CudaKernels.inForce());
        }

        @Override
        public boolean update(Run run) {
            seen.add(CudaKernels.inForce());
            return false;
        }
    });

    @Test
    void aTrainingUsesThemInItsPassesAndItsUpdate() throws Exception {
        try (Model model = SmallTraining.model(watched())) {
            SmallTraining.training(model)
                    .kernels(BOTH)
                    .with(watching)
                    .steps(1)
                    .fit(SmallTraining.points(model.getNDManager(), false));
        }
        assertThat(seen.subList(seen.size() - 4, seen.size())).containsExactly(ON, ON, BEFORE, ON);
        assertThat(CudaKernels.inForce()).isEqualTo(BEFORE);
    }

    @Test
    void anotherTrainerIsLeftAsItIs() throws Exception {
        try (Model model = SmallTraining.model(watched());
                Trainer stock = model.newTrainer(
                        SmallTraining.config(SmallTraining.classes(), SmallTraining.sgd(Tracker.fixed(0.1f))))) {
            stock.initialize(SmallTraining.POINTS);
            stock.forward(new NDList(model.getNDManager().ones(SmallTraining.POINTS)));
        }
        assertThat(seen).isNotEmpty().allMatch(BEFORE::equals);
    }
}
