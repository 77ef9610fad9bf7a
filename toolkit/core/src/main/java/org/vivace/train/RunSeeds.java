package org.vivace.train;

import java.util.OptionalLong;
import org.vivace.torch.Seeds;

/** Sets the generators at the places of a run where the random numbers to come hang on the seed and the place alone. */
record RunSeeds(OptionalLong seed) {

    /** Dropout and whatever else a training pass draws. */
    void forBatch(long step, int batchOfStep) {
        seed.ifPresent(value -> Seeds.set(Seeds.derive(Seeds.derive(value, "step", step), "batch", batchOfStep)));
    }

    /** For random numbers drawn while a step's batch is made, such as augmentations; the same after a resume. */
    void forLoading(long step) {
        at("next batch", step);
    }

    /** For the order of an epoch; depends on the step at which it began, so that a resumed run sees the same order. */
    void forData(long epochStart) {
        at("data", epochStart);
    }

    /** The order of held-out data, whose losses are summed in it, also where a run that was ended evaluates anew. */
    void forEvaluation(long step) {
        at("evaluation", step);
    }

    void at(String purpose, long step) {
        seed.ifPresent(value -> Seeds.set(Seeds.derive(value, purpose, step)));
    }
}
