package org.vivace.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.vivace.methods.ActivationCheckpointing;
import org.vivace.methods.FusedAdamW;
import org.vivace.methods.MixedPrecision;
import org.vivace.methods.Muon;
import org.vivace.methods.ProgressiveResizing;

class CatalogueWriteTest {

    @TestFactory
    Stream<DynamicTest> everyMethodOfTheCatalogueIsWritten() {
        return Catalogue.all().stream()
                .map(entry -> DynamicTest.dynamicTest(entry.name(), () -> {
                    List<EfficiencyMethod> recipe = List.of(entry.byDefault());
                    assertThat(Catalogue.parse(Catalogue.write(recipe).orElseThrow()))
                            .isEqualTo(recipe);
                }));
    }

    @Test
    void argumentsAreWrittenWithoutTheirWords() {
        assertThat(Catalogue.write(List.of(Muon.of(12).withMomentum(0.9)))).contains("Muon(12.0,0.9)");
        assertThat(Catalogue.write(List.of(ActivationCheckpointing.every(2)))).contains("ActivationCheckpointing(2)");
        assertThat(Catalogue.write(List.of(MixedPrecision.fp16(), new ProgressiveResizing(0.5, 0.4, 0.2))))
                .contains("MixedPrecision(fp16),ProgressiveResizing(0.5,0.4,0.2)");
        assertThat(Catalogue.write(List.of())).contains("none");
    }

    @Test
    void settingsThatAreNoArgumentsHaveNoWords() {
        assertThat(Catalogue.write(List.of(new FusedAdamW().withMaxNorm(1)))).isEmpty();
        assertThat(Catalogue.write(List.of(ActivationCheckpointing.named("DecoderLayer"))))
                .isEmpty();
        assertThat(Catalogue.write(List.of(new Muon().withMomentum(0.9)))).isEmpty();
    }
}
