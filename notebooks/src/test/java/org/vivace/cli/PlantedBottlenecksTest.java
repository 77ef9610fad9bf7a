package org.vivace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Device;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.vivace.bench.LocalMachine;
import org.vivace.measure.Calibration;
import org.vivace.profile.Bound;
import org.vivace.profile.Profiler;
import org.vivace.profile.Remedy;
import org.vivace.profile.StepVerdict;
import org.vivace.train.Catalogue;
import org.vivace.train.CatalogueEntry;
import org.vivace.train.EfficiencyMethod;

/** What was put into a step to hold it back is what the verdict names, with what would help. */
@Tag("clock")
class PlantedBottlenecksTest {

    private static final List<EfficiencyMethod> CATALOGUE =
            Catalogue.all().stream().map(CatalogueEntry::byDefault).toList();

    private static Calibration machine;

    @BeforeAll
    static void calibrate() {
        machine = Calibration.measure(LocalMachine.machine(), Device.cpu());
    }

    private static StepVerdict verdict(Supplier<Planted> planted) throws Exception {
        try (Planted step = planted.get()) {
            return Profiler.of(step.trainer())
                    .steps(6)
                    .withVerdict(machine, CATALOGUE)
                    .run(step.data())
                    .verdict()
                    .orElseThrow();
        }
    }

    static Stream<Arguments> bottlenecks() {
        return Stream.of(
                planted("a slow loader", Planted::slowLoader, Bound.INPUT, "reading ahead"),
                planted("samples one by one", Planted::samplesOneByOne, Bound.INPUT, "ArrayDataset"),
                planted(
                        "a listener that reads all weights",
                        Planted::listenerThatReadsAllWeights,
                        Bound.SYNCHRONIZATION,
                        "WeightReader"),
                planted("tiny operators", Planted::tinyOperators, Bound.HOST, "fewer and larger operations"),
                planted("an unfused optimizer", Planted::unfusedOptimizer, Bound.OPTIMIZER, "FusedAdamW"),
                planted("padding", Planted::padding, null, "batches of sequences of similar length"),
                planted("an elementwise chain", Planted::elementwiseChain, Bound.MEMORY_BANDWIDTH, null),
                planted("a small batch", Planted::smallBatch, Bound.HOST, "a batch of 4"));
    }

    private static Arguments planted(String name, Supplier<Planted> planted, Bound bound, String remedy) {
        return Arguments.of(name, planted, bound, remedy);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bottlenecks")
    void isNamed(String name, Supplier<Planted> planted, Bound bound, String remedy) throws Exception {
        StepVerdict verdict = verdict(planted);
        if (bound != null) {
            assertThat(verdict.boundBy()).as(verdict.toString()).isEqualTo(bound);
        }
        if (remedy != null) {
            assertThat(verdict.remedies().get(0).method())
                    .as(verdict.toString())
                    .contains(remedy);
        }
    }

    @Test
    void productsInFullPrecisionAreNamedWhereTheMachineHasALowerOne() throws Exception {
        assumeTrue(machine.matmulPeak().bf16() > 1.3 * machine.matmulPeak().fp32(), "this machine has no fast bf16");
        StepVerdict verdict = verdict(Planted::fullPrecisionProducts);
        assertThat(verdict.boundBy()).as(verdict.toString()).isEqualTo(Bound.COMPUTE);
        assertThat(verdict.remedies().get(0).method()).startsWith("MixedPrecision");
    }

    @Test
    void convolutionsWithChannelsFirstAreNamed() throws Exception {
        assumeTrue(
                machine.convolutionPeak().fp32Nhwc()
                        > 1.15 * machine.convolutionPeak().fp32(),
                "this machine's convolutions do not gain from the layout");
        StepVerdict verdict = verdict(Planted::channelsFirst);
        assertThat(verdict.boundBy()).as(verdict.toString()).isEqualTo(Bound.COMPUTE);
        assertThat(verdict.remedies()).extracting(Remedy::method).contains("ChannelsLast");
    }
}
