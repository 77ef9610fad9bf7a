package org.vivace.methods;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.Batch;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.translate.TranslateException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.vivace.contract.SmallTraining;
import org.vivace.contract.Weights;
import org.vivace.models.Gpt;
import org.vivace.models.ResNet9;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.EfficientTrainer;
import org.vivace.train.Run;
import org.vivace.train.Sample;
import org.vivace.train.TrainingRecord;

/**
 * What the examples of a card take for granted: a tiny model without weights yet, two batches of the shape that the card
 * names, and a training configuration. Public, because {@link CardExamplesTest} uses it from JShell.
 */
public record CardStage(Model model, DefaultTrainingConfig config, ArrayDataset data, Batch batch, Shape input)
        implements AutoCloseable {

    private static final String IDS = "new Shape(16, 256)";
    private static final String IMAGES = "new Shape(128, 3, 32, 32)";

    /** The one that JShell opens next. */
    public static CardStage current;

    /** @param card its text, which names the input's shape */
    static CardStage of(String card) {
        if (card.contains(IDS) == card.contains(IMAGES)) {
            throw new AssertionError("expected a card that trains on " + IDS + " or on " + IMAGES + ", got " + card);
        }
        return card.contains(IDS) ? decoder() : images();
    }

    /** Ids (16, 256) that are their own labels. */
    private static CardStage decoder() {
        Model model = SmallTraining.model(new Gpt(new Gpt.Settings(8, 8, 2, 2, 256, 0.1)));
        NDArray ids = model.getNDManager().arange(32 * 256).mod(8).reshape(32, 256);
        NDArray whole = ids.toType(DataType.INT64, false);
        return of(model, Optimizer.adam().build(), whole, whole, 16);
    }

    /** Images (128, 3, 32, 32), all of class 1 of 2. */
    private static CardStage images() {
        Model model = SmallTraining.model(new ResNet9(new ResNet9.Settings(2, 2, 3)));
        NDManager manager = model.getNDManager();
        NDArray images = manager.randomUniform(-1, 1, new Shape(256, 3, 32, 32));
        return of(model, SmallTraining.sgd(0.1, 0.9, 0), images, manager.ones(new Shape(256)), 128);
    }

    private static CardStage of(Model model, Optimizer optimizer, NDArray inputs, NDArray labels, int size) {
        ArrayDataset data = new ArrayDataset.Builder()
                .setData(inputs)
                .optLabels(labels)
                .setSampling(size, false)
                .build();
        try {
            Batch batch = data.getData(model.getNDManager().newSubManager())
                    .iterator()
                    .next();
            return new CardStage(
                    model,
                    SmallTraining.config(optimizer),
                    data,
                    batch,
                    batch.getData().head().getShape());
        } catch (IOException | TranslateException e) {
            throw new IllegalStateException("expected data in memory to give a batch", e);
        }
    }

    /**
     * Tries all that a block has made: reads records, trains with methods, trainers and runs, and looks at numbers.
     *
     * @return whether there was anything to try
     */
    public boolean tries(Object... made) {
        return Arrays.stream(made).filter(each -> tried(each, made)).count() > 0;
    }

    /** @param made names of what the block has made */
    public void require(boolean holds, String made) {
        assertThat(holds)
                .as("expected to hold of what the block makes, [%s]", made)
                .isTrue();
    }

    private boolean tried(Object one, Object[] made) {
        if (one instanceof TrainingRecord record) {
            assertLearnt(record);
        } else if (one instanceof EfficiencyMethod method) {
            assertTrains(new EfficientTrainer(model, config, method));
        } else if (one instanceof EfficientTrainer trainer) {
            assertTrains(trainer);
        } else if (one instanceof Run run) {
            assertSteps(run, trainerAmong(made));
        } else if (one instanceof Sample sample) {
            sample.data().forEach(CardStage::assertFinite);
        } else if (one instanceof NDList arrays) {
            arrays.forEach(CardStage::assertFinite);
        } else if (one instanceof NDArray array) {
            assertFinite(array);
        } else {
            return false;
        }
        return true;
    }

    private static Trainer trainerAmong(Object[] made) {
        return Arrays.stream(made)
                .filter(Trainer.class::isInstance)
                .map(Trainer.class::cast)
                .findFirst()
                .orElseThrow(() -> new AssertionError("expected a trainer beside the run"));
    }

    private static void assertLearnt(TrainingRecord record) {
        List<TrainingRecord.Point> curve = record.curve();
        assertThat(curve).hasSize(6);
        assertThat(curve.get(5).loss()).isLessThan(curve.get(0).loss());
    }

    private void assertTrains(Trainer made) {
        try (Trainer trainer = made) {
            trainer.initialize(input);
            assertChanges(() -> {
                EasyTrain.trainBatch(trainer, batch);
                trainer.step();
            });
        }
    }

    /** The block has made the run's first step. */
    private void assertSteps(Run made, Trainer beside) {
        try (Run run = made;
                Trainer trainer = beside) {
            assertThat(run.step()).isEqualTo(1);
            Sample sample = new Sample(batch.getData(), batch.getLabels());
            assertChanges(() -> run.step(sample, trainer::forward, config.getLossFunction(), trainer::step));
        }
    }

    private void assertChanges(Runnable step) {
        float[] before = Weights.of(model).values();
        step.run();
        assertThat(Weights.of(model).values()).isNotEqualTo(before).doesNotContain(Float.NaN);
    }

    private static void assertFinite(NDArray array) {
        assertThat(array.isNaN().any().getBoolean() || array.isInfinite().any().getBoolean())
                .as("NaN or infinity in " + array)
                .isFalse();
    }

    @Override
    public void close() {
        model.close();
    }
}
