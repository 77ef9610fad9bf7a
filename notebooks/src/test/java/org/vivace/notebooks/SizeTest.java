package org.vivace.notebooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.vivace.datasets.DataSetCatalog;

class SizeTest {

    @ParameterizedTest
    @CsvSource({"quick,QUICK", "default,DEFAULT", "gpu,GPU", "GPU,GPU", "' quick ',QUICK", "'',DEFAULT", ",DEFAULT"})
    void isNamedByTheEnvironment(String name, Size size) {
        assertThat(Size.named(name)).isEqualTo(size);
    }

    @Test
    void anotherNameIsRefused() {
        assertThatThrownBy(() -> Size.named("huge"))
                .hasMessage("VIVACE_SIZE must be one of quick, default, gpu, got huge: correct it or leave it out");
    }

    @ParameterizedTest
    @EnumSource(Size.class)
    void everyWorkloadHasAPlanOfEachSize(Size size) {
        for (String workload : BenchPlan.NAMES) {
            BenchPlan plan = BenchPlan.of(workload, size);
            assertThat(plan.batch()).isPositive();
            assertThat(plan.withBatch(3).batch()).isEqualTo(3);
            assertThat(plan.withBatch(3).options()).hasSameSizeAs(plan.options());
        }
    }

    @Test
    void aPlanIsOfTheWorkloadItsOptionsSay() {
        Language language = (Language) BenchPlan.of("Language", Size.QUICK).workload("Language");
        assertThat(language.sizes().width()).isEqualTo(48);
        assertThat(language.batch()).isEqualTo(8);
        assertThat(language.heldOutBytes()).isEqualTo(4096);
        Vision vision = (Vision) BenchPlan.of("vision", Size.QUICK).workload("vision");
        assertThat(vision.sizes().channels()).isEqualTo(16);
        assertThat(vision.heldOut().size()).isEqualTo(256);
        Classify classify = (Classify) BenchPlan.of("classify", Size.QUICK).workload("classify");
        assertThat(classify.sizes().longest()).isEqualTo(128);
        assertThat(classify.heldOut().size()).isEqualTo(128);
        boolean mails = new DataSetCatalog().get(ClassifyOptions.MAILS).found().isPresent();
        assertThat(classify.source()).startsWith(mails ? "SpamAssassin" : "WordNet");
    }

    @Test
    void anUnknownWorkloadIsRefused() {
        assertThatThrownBy(() -> Bench.of("speech", Size.QUICK))
                .hasMessage("a workload must be one of language, vision, classify, got speech: choose one of these");
    }
}
