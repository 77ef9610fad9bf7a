package org.vivace.notebooks;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.vivace.datasets.ByteText;
import org.vivace.datasets.ResumableDataset;
import org.vivace.measure.QualityMeasure;
import org.vivace.methods.Catalogue;
import org.vivace.models.Gpt;
import org.vivace.models.TokenLoss;
import org.vivace.train.EfficiencyMethod;

/**
 * A decoder that predicts the next byte of a text.
 *
 * @param sizes of the model; its longest sequence is the context trained on
 * @param batch sequences in a batch
 * @param text in windows of the context
 * @param source what the text is, for the record
 * @param heldOutBytes at most so many bytes at the start of the held-out tenth are evaluated on
 */
public record Language(Gpt.Settings sizes, int batch, ByteText text, String source, int heldOutBytes)
        implements Workload {

    @Override
    public String name() {
        return "language";
    }

    @Override
    public Map<String, String> settings() {
        Map<String, String> settings = new TreeMap<>();
        settings.put("model", String.format(Locale.ROOT, "Gpt, %.1f million parameters", sizes.parameterCount() / 1e6));
        settings.put("width", Integer.toString(sizes.width()));
        settings.put("layers", Integer.toString(sizes.layers()));
        settings.put("heads", Integer.toString(sizes.heads()));
        settings.put("context", Integer.toString(sizes.maxContext()));
        settings.put("batch", Integer.toString(batch));
        settings.put("data", source);
        settings.put("optimizer", "DJL's Adam");
        return settings;
    }

    @Override
    public Block newBlock() {
        return new Gpt(sizes);
    }

    @Override
    public Shape input() {
        return new Shape(batch, sizes.maxContext());
    }

    @Override
    public Loss loss() {
        return new TokenLoss();
    }

    @Override
    public Optimizer optimizer(Tracker learningRate) {
        return Optimizer.adam().optLearningRateTracker(learningRate).build();
    }

    @Override
    public double learningRate() {
        return 1e-3;
    }

    @Override
    public QualityMeasure measure() {
        return new QualityMeasure("nats a byte", false);
    }

    @Override
    public double target() {
        return 2.2;
    }

    @Override
    public double quality(NDList labels, NDList predictions, double loss) {
        return loss;
    }

    @Override
    public ResumableDataset train() {
        return text.context(sizes.maxContext()).batch(batch).train();
    }

    @Override
    public ResumableDataset validation() {
        return text.context(sizes.maxContext()).batch(batch).validation().take(heldOutBytes);
    }

    /**
     * A token costs, forward, 2 operations for each weight of a layer's 12·width² and of the head's width·vocabulary, and
     * 4·context·width in a layer's attention, whose scores are counted for all pairs of positions as plain DJL computes
     * them, also those that the causal mask throws away (Chowdhery et al. 2022, PaLM, appendix B).
     */
    @Override
    public double flopsPerStep() {
        double w = sizes.width();
        double layer = 24 * w * w + 4.0 * sizes.maxContext() * w;
        double token = sizes.layers() * layer + 2 * w * sizes.vocabulary();
        return 3 * token * batch * sizes.maxContext();
    }

    @Override
    public List<EfficiencyMethod> recipe() {
        return Catalogue.parse(
                "MixedPrecision(bf16),LowPrecisionLayerNorm,FusedAttention,FusedAdamW,SequenceLengthWarmup(0.3)");
    }
}
