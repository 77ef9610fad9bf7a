package org.vivace.notebooks;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.util.List;
import java.util.Map;
import org.vivace.datasets.ResumableDataset;
import org.vivace.measure.QualityMeasure;
import org.vivace.train.EfficiencyMethod;

/** A model, its data, its loss and stock optimiser under one name: what a recipe is measured on. */
public interface Workload {

    String name();

    /** The sizes, and what the data are, for the record. */
    Map<String, String> settings();

    /** The model, without weights. */
    Block newBlock();

    /** The shape of a batch of the model's inputs, batch axis first. */
    Shape input();

    Loss loss();

    /** DJL's own optimiser, the one that plain DJL would train this with. */
    Optimizer optimizer(Tracker learningRate);

    /** The peak learning rate, at which plain DJL learns this best in minutes. */
    double learningRate();

    /** What the model is judged by on the held-out data. */
    QualityMeasure measure();

    /** A quality that plain DJL reaches at the workload's default sizes in some minutes on a few cores. */
    double target();

    /**
     * The quality of predictions.
     *
     * @param loss the mean loss of the batch
     * @return the mean over the batch, to be averaged with the weights of the batches' sizes
     */
    double quality(NDList labels, NDList predictions, double loss);

    ResumableDataset train();

    /** Held out from {@link #train}. */
    ResumableDataset validation();

    /**
     * Floating-point operations that the model needs for one training step over a full batch, a multiplication and an
     * addition counted as two: those of its matrix products and convolutions, times three, since the backward pass makes
     * two products for each one of the forward pass.
     */
    double flopsPerStep();

    /** The methods that go well with this workload. */
    List<EfficiencyMethod> recipe();
}
