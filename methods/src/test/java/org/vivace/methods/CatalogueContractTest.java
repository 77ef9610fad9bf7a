package org.vivace.methods;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.vivace.contract.MethodContract;
import org.vivace.contract.MethodRow;
import org.vivace.contract.SmallModel;
import org.vivace.methods.MixedPrecision.LossScale;
import org.vivace.train.Catalogue;
import org.vivace.train.CatalogueEntry;

/** The contract that every method of the catalogue keeps. */
@Tag("slow")
class CatalogueContractTest implements MethodContract {

    private static final SmallModel[] VARIED = {
        SmallModel.DENSE,
        SmallModel.CONVOLUTIONAL,
        SmallModel.RECURRENT,
        SmallModel.DROPOUT,
        SmallModel.BERT,
        SmallModel.SCRIPT
    };

    // The gradient of a bias before a batch norm is zero but for rounding, and Adam divides it by its own size: with
    // the usual epsilon the last bit of a sum decides which way such a weight goes.
    private static final Function<Tracker, Optimizer> ADAM_W = rate ->
            Optimizer.adamW().optLearningRateTracker(rate).optEpsilon(1e-4f).build();
    private static final Function<Tracker, Optimizer> MOMENTUM = rate ->
            Optimizer.sgd().setLearningRateTracker(rate).optMomentum(0.9f).build();

    @Override
    public List<MethodRow> rows() {
        return List.of(
                // Eight bits of a number, and a batch norm over four rows in DJL's BERT that makes much of the rest.
                MethodRow.of(
                                MixedPrecision.bf16(),
                                SmallModel.DENSE,
                                SmallModel.CONVOLUTIONAL,
                                SmallModel.DROPOUT,
                                SmallModel.ENCODER,
                                SmallModel.BERT,
                                SmallModel.SCRIPT)
                        .tolerance(0.2),
                // A first scale that fp16 holds, and one that grows within the run.
                MethodRow.of(
                                MixedPrecision.fp16(new LossScale(1024, 2, 0.5, 2)),
                                SmallModel.DENSE,
                                SmallModel.CONVOLUTIONAL,
                                SmallModel.DECODER)
                        .tolerance(0.1),
                MethodRow.of(new LowPrecisionLayerNorm(), SmallModel.DROPOUT, SmallModel.ENCODER)
                        .beside(MixedPrecision.bf16())
                        .tolerance(0.2),
                MethodRow.of(new FusedAttention(), SmallModel.DROPOUT),
                MethodRow.of(new ChannelsLast(), SmallModel.CONVOLUTIONAL),
                MethodRow.of(SequenceLengthWarmup.over(0.6), SmallModel.DROPOUT, SmallModel.RECURRENT),
                MethodRow.of(new ProgressiveResizing(), SmallModel.CONVOLUTIONAL)
                        .neutral(new ProgressiveResizing(1, 0.5, 0.2)),
                MethodRow.of(new LabelSmoothing(0.1), VARIED),
                MethodRow.of(new PatchWhitening(), SmallModel.CONVOLUTIONAL),
                MethodRow.of(new IdentityStart(), SmallModel.CONVOLUTIONAL),
                MethodRow.of(
                        new ActivationCheckpointing(), SmallModel.DENSE, SmallModel.CONVOLUTIONAL, SmallModel.DROPOUT),
                MethodRow.of(new FusedAdamW(), VARIED).optimizer(0.01, ADAM_W),
                MethodRow.of(new FusedSgd(), VARIED).optimizer(0.05, MOMENTUM),
                MethodRow.of(new Muon(), SmallModel.DENSE, SmallModel.CONVOLUTIONAL, SmallModel.DROPOUT)
                        .optimizer(0.05, MOMENTUM));
    }

    @Test
    void everyMethodOfTheCatalogueHasItsRow() {
        assertThat(rows())
                .extracting(row -> row.method().name())
                .containsAll(Catalogue.all().stream().map(CatalogueEntry::name).toList());
    }
}
