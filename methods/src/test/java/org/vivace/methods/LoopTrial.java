package org.vivace.methods;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import org.vivace.contract.SmallModel;
import org.vivace.contract.SmallTraining;
import org.vivace.contract.Weights;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.EfficientTrainer;
import org.vivace.train.RunSettings;
import org.vivace.train.Sample;
import org.vivace.train.Traits;

/** A method in a loop of the user's own, on a small model that it is for. */
record LoopTrial(EfficiencyMethod method) {

    static final int STEPS = 3;

    /** One step of a loop, up to the update. */
    @FunctionalInterface
    interface Loop {
        void gradients(EfficientTrainer trainer, Sample sample) throws Exception;
    }

    private EfficiencyMethod[] recipe() {
        return method instanceof LowPrecisionLayerNorm
                ? new EfficiencyMethod[] {MixedPrecision.bf16(), method}
                : new EfficiencyMethod[] {method};
    }

    private boolean images() {
        return method instanceof PatchWhitening
                || method instanceof IdentityStart
                || method instanceof ChannelsLast
                || method instanceof ProgressiveResizing;
    }

    private Model model() {
        return images() ? SmallModel.CONVOLUTIONAL.open() : SmallTraining.model(SmallTraining.gpt(0));
    }

    private Sample sample(NDManager manager) {
        return images() ? SmallModel.CONVOLUTIONAL.data().apply(manager) : SmallTraining.tokens(manager);
    }

    private Optimizer optimizer() {
        return method instanceof FusedAdamW
                ? Optimizer.adam().optLearningRateTracker(Tracker.fixed(0.01f)).build()
                : SmallTraining.sgd(0.1, 0.5, 0);
    }

    private EfficientTrainer trainer(Model model) {
        EfficientTrainer trainer = new EfficientTrainer(
                model,
                SmallTraining.config(optimizer()),
                RunSettings.none().seed(7).steps(STEPS + 1),
                recipe());
        try (NDManager probe = model.getNDManager().newSubManager()) {
            trainer.initialize(sample(probe).data().getShapes());
        }
        return trainer;
    }

    /** The weights after the loop's steps. */
    float[] weights(Loop loop) throws Exception {
        try (Model model = model();
                EfficientTrainer trainer = trainer(model)) {
            for (int step = 0; step < STEPS; step++) {
                try (NDManager batch = model.getNDManager().newSubManager()) {
                    Sample sample = sample(batch);
                    NDList data = new NDList(sample.data());
                    NDList labels = new NDList(sample.labels());
                    loop.gradients(trainer, sample);
                    assertThat(sameArrays(sample.data(), data))
                            .as("data as given")
                            .isTrue();
                    assertThat(sameArrays(sample.labels(), labels))
                            .as("labels as given")
                            .isTrue();
                    trainer.step();
                }
            }
            return Weights.of(model).values();
        }
    }

    /** The loop's steps lead to the very weights that the trainer's own loop leads to. */
    void assertAsPlain(Loop loop) throws Exception {
        assertThat(Weights.farthest(weights(loop), weights(LoopTrial::plain))).isZero();
    }

    boolean seesLoss() {
        return method instanceof LabelSmoothing || method.traits().provides().contains(Traits.CHANGED_LABELS);
    }

    @Override
    public String toString() {
        return method.label();
    }

    private static boolean sameArrays(NDList one, NDList other) {
        boolean same = one.size() == other.size();
        for (int i = 0; same && i < one.size(); i++) {
            same = one.get(i) == other.get(i);
        }
        return same;
    }

    static GradientCollector engines() {
        return Engine.getEngine("PyTorch").newGradientCollector();
    }

    static NDArray loss(EfficientTrainer trainer, Sample sample) {
        return trainer.getLoss().evaluate(sample.labels(), trainer.forward(sample.data(), sample.labels()));
    }

    static void plain(EfficientTrainer trainer, Sample sample) {
        try (GradientCollector collector = trainer.newGradientCollector()) {
            collector.backward(loss(trainer, sample));
        }
    }

    /** The other half of a batch, with the first one's shapes. */
    static Sample other(Sample sample) {
        NDList data = new NDList(sample.data().head().flip(0));
        return new Sample(data, new NDList(sample.labels().head().flip(0)));
    }
}
