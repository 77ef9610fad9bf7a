package org.vivace.methods;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.dataset.ArrayDataset;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.vivace.contract.SmallTraining;
import org.vivace.models.Gpt;
import org.vivace.models.TokenLoss;
import org.vivace.torch.PeakMemory;
import org.vivace.train.Training;

@Tag("slow")
class LongRunTest {

    private static final long MIB = 1 << 20;

    /** Each activation of width 64 takes 64 KiB, so that one left over a step would take 25 MiB over 400 steps. */
    @Test
    void fiveHundredStepsLeaveNoArrayAndNoNativeMemoryBehind() throws Exception {
        Map<Long, Integer> arrays = new TreeMap<>();
        Map<Long, Long> resident = new TreeMap<>();
        try (Model model = SmallTraining.model(new Gpt(new Gpt.Settings(16, 64, 2, 2, 32, 0.1)))) {
            NDArray ids = model.getNDManager()
                    .arange(64 * 32)
                    .mul(5)
                    .mod(16)
                    .toType(DataType.INT64, false)
                    .reshape(64, 32);
            ArrayDataset data = new ArrayDataset.Builder()
                    .setData(ids)
                    .optLabels(ids)
                    .setSampling(8, true)
                    .build();
            Training.of(model)
                    .input(new Shape(8, 32))
                    .loss(new TokenLoss())
                    .seed(1)
                    .steps(500)
                    .with(MixedPrecision.bf16(), new ActivationCheckpointing(), new FusedAdamW())
                    .onStep(point -> {
                        if (point.step() % 100 == 99) {
                            arrays.put(
                                    point.step(),
                                    model.getNDManager().getManagedArrays().size());
                            System.gc();
                            OptionalLong bytes = PeakMemory.residentBytes();
                            bytes.ifPresent(value -> resident.put(point.step(), value / MIB));
                        }
                    })
                    .fit(data);
        }
        assertThat(arrays.values().stream().distinct())
                .as("arrays by step: %s", arrays)
                .hasSize(1);
        if (!resident.isEmpty()) {
            assertThat(resident.get(499L) - resident.get(99L))
                    .as("MiB by step: %s", resident)
                    .isLessThan(20);
        }
    }
}
