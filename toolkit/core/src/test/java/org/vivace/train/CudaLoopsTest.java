package org.vivace.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.dataset.ArrayDataset;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.vivace.contract.Cuda;
import org.vivace.contract.SmallTraining;
import org.vivace.contract.Weights;
import org.vivace.torch.Copy;

/** What the loops do on a GPU only. */
class CudaLoopsTest {

    private static final double ROUNDING = 1e-3;

    private static float[] trained(Device device, UnaryOperator<Training> change) throws Exception {
        try (Model model = Model.newInstance("small", device, "PyTorch");
                NDManager host = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            model.setBlock(SmallTraining.mlp(0));
            ArrayDataset points = SmallTraining.points(host, 22, false);
            change.apply(SmallTraining.training(model).seed(5).epochs(2).prefetched())
                    .fit(points);
            return Weights.of(model).values();
        }
    }

    @Test
    @Tag("cuda")
    void aPinnedCopyHasTheSourcesValues() {
        Device device = Cuda.device();
        try (NDManager host = NDManager.newBaseManager(Device.cpu(), "PyTorch");
                NDManager owner = NDManager.newBaseManager(device, "PyTorch")) {
            NDArray copy = Copy.fromPinned(host.arange(6f).reshape(2, 3), owner);
            assertThat(copy.getDevice()).isEqualTo(device);
            assertThat(copy.toFloatArray()).containsExactly(0, 1, 2, 3, 4, 5);
        }
    }

    @Test
    @Tag("cuda")
    void aPrefetchedRunIsThatOfTheCpu() throws Exception {
        float[] cpu = trained(Device.cpu(), training -> training);
        assertThat(Weights.farthest(trained(Cuda.device(), training -> training), cpu))
                .isLessThan(ROUNDING);
    }

    /** The second part goes to the second GPU, or to the only one. */
    @Test
    @Tag("cuda")
    void twoDevicesTrainAsOne() throws Exception {
        Device first = Cuda.device();
        Device second = Engine.getEngine("PyTorch").getGpuCount() > 1 ? Device.gpu(1) : first;
        float[] one = trained(first, training -> training);
        assertThat(Weights.farthest(trained(first, training -> training.devices(first, second)), one))
                .isCloseTo(0, within(ROUNDING));
    }
}
