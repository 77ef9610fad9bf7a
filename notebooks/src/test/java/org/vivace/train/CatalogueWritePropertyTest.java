package org.vivace.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.vivace.methods.ActivationCheckpointing;
import org.vivace.methods.LabelSmoothing;
import org.vivace.methods.MixedPrecision;
import org.vivace.methods.Muon;
import org.vivace.methods.PatchWhitening;
import org.vivace.methods.ProgressiveResizing;
import org.vivace.methods.SequenceLengthWarmup;

/** A recipe that is written is read as the same one, whatever its numbers. */
class CatalogueWritePropertyTest {

    @Property(tries = 500, seed = "1")
    void whatIsWrittenIsReadAsTheSameRecipe(@ForAll("recipes") List<EfficiencyMethod> recipe) {
        String written = Catalogue.write(recipe).orElseThrow();
        assertThat(Catalogue.parse(written)).isEqualTo(recipe);
        assertThat(Catalogue.write(Catalogue.parse(written))).contains(written);
    }

    @Provide
    Arbitrary<List<EfficiencyMethod>> recipes() {
        Arbitrary<Double> share =
                Arbitraries.doubles().between(0, 1).ofScale(6).filter(value -> value > 0 && value < 1);
        Arbitrary<Integer> count = Arbitraries.integers().between(1, 12);
        Arbitrary<EfficiencyMethod> plain = Arbitraries.of(
                Catalogue.all().stream().map(CatalogueEntry::byDefault).toList());
        Arbitrary<EfficiencyMethod> resizing = Combinators.combine(
                        share, share, share, Arbitraries.of(ProgressiveResizing.Mode.values()))
                .as((scale, delay, finetune, mode) -> new ProgressiveResizing(scale, delay / 2, finetune / 2, 4, mode));
        Arbitrary<EfficiencyMethod> muon = Combinators.combine(share, share, count)
                .as((rate, momentum, steps) ->
                        Muon.of(rate * 20).withMomentum(momentum).withSteps(steps));
        return Arbitraries.oneOf(
                        plain,
                        resizing,
                        muon,
                        Arbitraries.of(MixedPrecision.bf16(), MixedPrecision.fp16()),
                        share.map(SequenceLengthWarmup::over),
                        share.map(LabelSmoothing::new),
                        share.map(PatchWhitening::new),
                        count.map(ActivationCheckpointing::every))
                .list()
                .ofMinSize(1)
                .ofMaxSize(4);
    }
}
