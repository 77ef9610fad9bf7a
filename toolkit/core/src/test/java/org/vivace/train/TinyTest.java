package org.vivace.train;

import ai.djl.Model;
import ai.djl.ndarray.NDManager;
import ai.djl.training.dataset.ArrayDataset;
import org.junit.jupiter.api.AfterEach;

/** A {@link Tiny} model and its data for each test. */
class TinyTest {

    final Model model = Tiny.model(Tiny.mlp(0));
    final NDManager manager = model.getNDManager();
    final ArrayDataset data = Tiny.points(manager, false);

    @AfterEach
    void close() {
        model.close();
    }
}
