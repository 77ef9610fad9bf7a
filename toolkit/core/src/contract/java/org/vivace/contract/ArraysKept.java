package org.vivace.contract;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDManager;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.Batch;
import ai.djl.translate.Batchifier;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.EfficientTrainer;
import org.vivace.train.Sample;

/**
 * Native arrays that a training keeps.
 *
 * @param added the number of arrays that the process gained from the second to the last step
 * @param left the number of arrays that remain after trainer and model are closed
 */
record ArraysKept(int added, int left) {

    /** Counts them while a model is trained through DJL's loop. */
    static ArraysKept by(SmallModel small, MethodRow row, EfficiencyMethod... recipe) {
        // Arrays created once per process, such as scripts and tables, are no leak.
        once(small, row, recipe);
        return once(small, row, recipe);
    }

    private static ArraysKept once(SmallModel small, MethodRow row, EfficiencyMethod... recipe) {
        int before = arrays();
        int second = 0;
        int last = 0;
        try (Model model = small.open();
                Trainer trainer = new EfficientTrainer(model, Faces.config(row), Faces.settings(), recipe)) {
            trainer.initialize(small.inputs());
            for (int step = 0; step < Faces.STEPS; step++) {
                NDManager manager = model.getNDManager().newSubManager();
                Sample sample = small.batch(manager, step);
                try (Batch batch = new Batch(
                        manager,
                        sample.data(),
                        sample.labels(),
                        SmallModel.BATCH,
                        Batchifier.STACK,
                        Batchifier.STACK,
                        step,
                        Faces.STEPS)) {
                    EasyTrain.trainBatch(trainer, batch);
                    trainer.step();
                }
                last = arrays();
                second = step == 1 ? last : second;
            }
        }
        return new ArraysKept(last - second, arrays() - before);
    }

    /** The arrays of the whole process: all of DJL's managers descend from one. */
    private static int arrays() {
        try (NDManager any = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            return any.getParentManager().getManagedArrays().size();
        }
    }
}
