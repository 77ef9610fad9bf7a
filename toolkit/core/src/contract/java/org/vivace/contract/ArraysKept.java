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
 * @param added how many more the process has after the last step than after the second
 * @param left how many more it has once trainer and model are closed than it had before
 */
record ArraysKept(int added, int left) {

    /** In training a model through DJL's loop. */
    static ArraysKept by(SmallModel small, MethodRow row, EfficiencyMethod... recipe) {
        // What is made once a process, as scripts and tables are, is no leak.
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

    /** Of the whole process: DJL's managers all hang on one. */
    private static int arrays() {
        try (NDManager any = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            return any.getParentManager().getManagedArrays().size();
        }
    }
}
