package org.vivace.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.types.Shape;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.vivace.datasets.DataSetCatalog;
import org.vivace.workloads.Classify;
import org.vivace.workloads.Language;
import org.vivace.workloads.Vision;
import org.vivace.workloads.Zoo;

class SizeTest {

    @ParameterizedTest
    @CsvSource({"quick,QUICK", "default,DEFAULT", "gpu,GPU", "GPU,GPU", "' quick ',QUICK", "'',DEFAULT", ",DEFAULT"})
    void isNamedByTheEnvironment(String name, Size size) {
        assertThat(Size.named(name, Device::cpu)).isEqualTo(size);
    }

    @Test
    void isThatOfAGpuWhereThereIsOneAndNobodyNamesAnother() {
        assertThat(Size.named(null, Device::gpu)).isEqualTo(Size.GPU);
        assertThat(Size.named(" ", Device::gpu)).isEqualTo(Size.GPU);
        assertThat(Size.named("quick", Device::gpu)).isEqualTo(Size.QUICK);
    }

    @Test
    void aGpuIsFilledByModelsOfKnownSize() {
        Language language = new Language().at(Size.GPU);
        assertThat(language.settings()).containsEntry("model", "Gpt, 86.2 million parameters");
        assertThat(language.inputs()).containsExactly(new Shape(16, 1024));
        assertThat(new Vision(16, 32, "glyphs", 8).at(Size.GPU)).satisfies(vision -> {
            assertThat(vision.channels()).isEqualTo(64);
            assertThat(vision.batch()).isEqualTo(512);
        });
        assertThat(new Zoo.ResNet50().at(Size.GPU).inputs()).containsExactly(new Shape(512, 3, 64, 64));
        assertThat(new Zoo.ResNet50().at(Size.QUICK)).isEqualTo(new Zoo.ResNet50());
    }

    @Test
    void anotherNameIsRefused() {
        assertThatThrownBy(() -> Size.named("huge", Device::cpu))
                .hasMessage("VIVACE_SIZE must be one of quick, default, gpu, got huge: correct it or unset it");
    }

    @ParameterizedTest
    @EnumSource(Size.class)
    void everyWorkloadWithANameIsOfEachSize(Size size) {
        assertThat(NamedWorkloads.services().values()).hasSizeGreaterThan(3).allSatisfy(workload -> {
            Workload sized = workload.at(size);
            assertThat(sized.name()).isEqualTo(workload.name());
            assertThat(sized.inputs().get(0).get(0)).isPositive();
            Workload threes = WorkloadSizes.with(sized, Map.of("batch", 3));
            assertThat(threes.inputs())
                    .allSatisfy(shape -> assertThat(shape.get(0)).isEqualTo(3));
            assertThat(WorkloadSizes.of(threes)).hasSameSizeAs(WorkloadSizes.of(sized));
        });
    }

    @Test
    void aNamedWorkloadIsAsLargeAsItsSizeSays() {
        Language language = (Language) Bench.of("Language", Size.QUICK).workload();
        assertThat(language).isEqualTo(new Language(48, 2, 2, 64, 8, "wordnet", 4096));
        Vision vision = (Vision) Bench.of("vision", Size.QUICK).workload();
        assertThat(vision.channels()).isEqualTo(16);
        assertThat(vision.batch()).isEqualTo(32);
        assertThat(vision.heldOut()).isEqualTo(256);
        Classify classify = (Classify) Bench.of("classify", Size.QUICK).workload();
        assertThat(classify.longest()).isEqualTo(128);
        assertThat(classify.heldOut()).isEqualTo(128);
        boolean mails = new DataSetCatalog().get("spam-assassin").found().isPresent();
        assertThat(classify.data()).isEqualTo(mails ? "mails" : "wordnet");
        assertThat(classify.settings().get("data")).startsWith(mails ? "SpamAssassin" : "WordNet");
    }

    @Test
    void isNoSmallerForASlowerMachine() {
        assertThat(Size.QUICK.trainingSteps()).isEqualTo(60);
        assertThat(Size.DEFAULT.trainingSteps()).isEqualTo(100);
        assertThat(Size.GPU.trainingSteps()).isEqualTo(1500);
    }

    @Test
    void anUnknownWorkloadIsRefused() {
        assertThatThrownBy(() -> Bench.of("speech", Size.QUICK))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a workload must be one of language, vision, classify, bert, mlp, mobilenetv2, resnet50,"
                        + " vgg11, or a class on the class path that is a Workload or a Supplier<Workload>, got speech:"
                        + " choose one of these, or give the class's folder with --class-path");
    }
}
