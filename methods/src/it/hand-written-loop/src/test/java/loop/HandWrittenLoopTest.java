package loop;

import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.Batch;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.vivace.methods.FusedAdamW;
import org.vivace.methods.MixedPrecision;
import org.vivace.train.Run;
import org.vivace.train.RunSettings;
import org.vivace.train.Sample;

/** Tells points inside of a circle from points outside. */
class HandWrittenLoopTest {

    @Test
    void theLossFalls() throws Exception {
        Optimizer adam = Optimizer.adam().optLearningRateTracker(Tracker.fixed(1e-2f)).build();
        Loss loss = Loss.softmaxCrossEntropyLoss();
        DefaultTrainingConfig config = new DefaultTrainingConfig(loss)
                .optDevices(new Device[] {Device.cpu()})
                .optOptimizer(adam);
        List<Float> losses = new ArrayList<>();
        try (Model model = Model.newInstance("circle", Device.cpu())) {
            model.setBlock(new SequentialBlock()
                    .add(Linear.builder().setUnits(64).build())
                    .add(Activation.reluBlock())
                    .add(Linear.builder().setUnits(2).build()));
            try (Run run = Run.of(
                            model,
                            RunSettings.none().seed(7).optimizer(adam),
                            MixedPrecision.bf16(),
                            new FusedAdamW());
                    Trainer trainer = model.newTrainer(config)) {
                run.seedFor("weights");
                trainer.initialize(new Shape(32, 2));
                ArrayDataset data = circle(trainer);
                for (int epoch = 0; epoch < 6; epoch++) {
                    for (Batch batch : trainer.iterateDataset(data)) {
                        Sample sample = new Sample(batch.getData(), batch.getLabels());
                        losses.add(run.step(sample, trainer::forward, loss, trainer::step).getFloat());
                        batch.close();
                    }
                }
            }
        }
        double first = losses.get(0);
        double last = losses.subList(losses.size() - 32, losses.size()).stream()
                .mapToDouble(Float::doubleValue)
                .average()
                .orElseThrow();
        assertTrue(last < 0.5 * first, "expected the loss to fall well below " + first + ", got " + last);
    }

    private static ArrayDataset circle(Trainer trainer) {
        Random random = new Random(1);
        float[][] points = new float[1024][2];
        float[] inside = new float[1024];
        for (int i = 0; i < points.length; i++) {
            points[i][0] = 2 * random.nextFloat() - 1;
            points[i][1] = 2 * random.nextFloat() - 1;
            inside[i] = Math.hypot(points[i][0], points[i][1]) < 0.8 ? 1 : 0;
        }
        return new ArrayDataset.Builder()
                .setData(trainer.getManager().create(points))
                .optLabels(trainer.getManager().create(inside))
                .setSampling(32, false)
                .build();
    }
}
