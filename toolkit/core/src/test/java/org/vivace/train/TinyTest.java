package org.vivace.train;

import ai.djl.Model;
import ai.djl.ndarray.NDManager;
import ai.djl.training.dataset.ArrayDataset;
import org.junit.jupiter.api.AfterEach;
import org.vivace.contract.SmallTraining;

/** A {@link Tiny} model and its data for each test. */
class TinyTest {

    final Model model = SmallTraining.model(SmallTraining.mlp(0));
    final NDManager manager = model.getNDManager();
    final ArrayDataset data = SmallTraining.points(manager, false);

    @AfterEach
    void close() {
        model.close();
    }
}
