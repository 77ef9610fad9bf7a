package org.vivace.train;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;

class TrainedPassesTest {

    @Test
    void passesWithEqualPredictionsAreToldApart() {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            TrainedPasses.TrainedPass first = pass(manager);
            TrainedPasses.TrainedPass second = pass(manager);
            TrainedPasses passes = new TrainedPasses();
            passes.add(first);
            passes.add(second);
            assertThat(passes.of(first.predictions())).isSameAs(first);
            assertThat(passes.of(second.predictions())).isSameAs(second);
            NDList computedFurther = new NDList(manager.zeros(new Shape(2, 3)));
            assertThat(passes.of(computedFurther)).isSameAs(second);
            assertThat(passes.produced(first.predictions())).isTrue();
            assertThat(passes.produced(computedFurther)).isFalse();
        }
    }

    /** As of a head whose weights begin with zeros. */
    private static TrainedPasses.TrainedPass pass(NDManager manager) {
        Sample sample = new Sample(new NDList(manager.ones(new Shape(2, 4))), new NDList(manager.zeros(new Shape(2))));
        return new TrainedPasses.TrainedPass(sample, sample, new NDList(manager.zeros(new Shape(2, 3))));
    }
}
