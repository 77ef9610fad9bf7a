package org.vivace.train;

import java.util.OptionalLong;
import org.vivace.torch.Seeds;

/** Seeds the generators at the points of a run from which random numbers must depend only on the seed and the point. */
record RunSeeds(OptionalLong seed) {

    /** For dropout and all else that a training pass draws. */
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

    /** For the order of held-out data, in which losses are summed, also if a run that has ended evaluates again. */
    void forEvaluation(long step) {
        at("evaluation", step);
    }

    void at(String purpose, long step) {
        seed.ifPresent(value -> Seeds.set(Seeds.derive(value, purpose, step)));
    }
}
