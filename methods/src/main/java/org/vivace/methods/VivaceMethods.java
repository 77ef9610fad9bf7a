package org.vivace.methods;

import java.util.List;
import org.vivace.train.CatalogueEntry;
import org.vivace.train.MethodProvider;

/** The methods of this artifact, as the catalogue finds them, in the order in which tables show them. */
public final class VivaceMethods implements MethodProvider {

    private static final List<CatalogueEntry> ENTRIES = List.of(
            new CatalogueEntry(
                    "MixedPrecision",
                    "(bf16|fp16)",
                    "matrix products and convolutions in half precision, the rest in fp32",
                    written -> written.word("bf16", "bf16", "fp16").equals("bf16")
                            ? MixedPrecision.bf16()
                            : MixedPrecision.fp16()),
            new CatalogueEntry(
                    "LowPrecisionLayerNorm",
                    "",
                    "layer norms in autocast's precision instead of fp32",
                    written -> new LowPrecisionLayerNorm()),
            new CatalogueEntry(
                    "FusedAttention",
                    "",
                    "causal attention as one operator instead of six",
                    written -> new FusedAttention()),
            new CatalogueEntry(
                    "ChannelsLast",
                    "",
                    "images and convolution weights in the layout that convolutions work in",
                    written -> new ChannelsLast()),
            new CatalogueEntry(
                    "SequenceLengthWarmup",
                    "(share of the run)",
                    "short sequences first, growing over the first part of the run",
                    written -> SequenceLengthWarmup.over(written.number(0.3))),
            new CatalogueEntry(
                    "ProgressiveResizing",
                    "(initial scale, delay, finetune, resize|crop)",
                    "small images first, growing to their own size before the last part of the run",
                    written -> new ProgressiveResizing(
                            written.number(0.5),
                            written.number(0.5),
                            written.number(0.2),
                            4,
                            written.word("resize", "resize", "crop").equals("crop")
                                    ? ProgressiveResizing.Mode.CROP
                                    : ProgressiveResizing.Mode.RESIZE)),
            new CatalogueEntry(
                    "LabelSmoothing",
                    "(smoothing)",
                    "a share of the target spread over all classes",
                    written -> new LabelSmoothing(written.number(0.1))),
            new CatalogueEntry(
                    "PatchWhitening",
                    "(eps)",
                    "the first convolution trained in coordinates in which the images' patches are uncorrelated",
                    written -> new PatchWhitening(written.number(0.01))),
            new CatalogueEntry(
                    "IdentityStart",
                    "",
                    "convolutions after the first that start as the identity",
                    written -> new IdentityStart()),
            new CatalogueEntry(
                    "ActivationCheckpointing",
                    "(every)",
                    "keeps every n-th layer's input only and computes the rest again, to save memory",
                    written -> ActivationCheckpointing.every(written.whole(1))),
            new CatalogueEntry(
                    "FusedAdamW",
                    "",
                    "DJL's Adam or AdamW over all parameters in one pass",
                    written -> new FusedAdamW()),
            new CatalogueEntry("FusedSgd", "", "DJL's Sgd over all parameters in one pass", written -> new FusedSgd()),
            new CatalogueEntry(
                    "Muon",
                    "(rate as a multiple of the run's, momentum, steps)",
                    "momentum made orthogonal for the hidden weights, the optimizer's own rule for the rest",
                    written -> Muon.of(written.number(1))
                            .withMomentum(written.number(0.95))
                            .withSteps(written.whole(5))));

    @Override
    public List<CatalogueEntry> methods() {
        return ENTRIES;
    }
}
