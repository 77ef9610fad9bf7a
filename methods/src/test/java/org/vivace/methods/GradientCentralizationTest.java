package org.vivace.methods;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import org.junit.jupiter.api.Test;
import org.vivace.contract.SmallTraining;

/** The example of CONTRIBUTING.md. */
class GradientCentralizationTest {

    @Test
    void takesEachOutputsMeanOff() {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            NDArray gradient = manager.create(new float[] {1, 2, 6, 0, 0, 3}, new Shape(2, 3));
            GradientCentralization.center(gradient);
            assertThat(gradient.toFloatArray()).containsExactly(-2, -1, 3, -1, -1, 2);
        }
    }

    @Test
    void leavesVectorsAlone() {
        var block =
                new GivenGradients.Products().with(Parameter.Type.WEIGHT, 1, 2).withWeight(2);
        try (var run = new GivenGradients(SmallTraining.sgd(), block, new GradientCentralization())) {
            run.step(GivenGradients.of(1, 3), GivenGradients.of(1, 3));
            assertThat(run.weights(0)).containsExactly(1.1f, 0.9f);
            assertThat(run.weights(1)).containsExactly(0.9f, 0.7f);
        }
    }
}
