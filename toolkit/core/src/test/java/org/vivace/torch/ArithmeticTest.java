package org.vivace.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.recurrent.LSTM;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vivace.torch.Arithmetic.Finding;
import org.vivace.torch.Arithmetic.State;
import org.vivace.torch.ArithmeticProbes.Probe;

class ArithmeticTest extends TorchTest {

    private static final Set<Precision> FP32 = Set.of(Precision.FLOAT32);

    /** Plants a fault: what a probe finds at its first go, its second, … */
    private static Probe planted(String operator, double... errors) {
        var found = DoubleStream.of(errors).iterator();
        return new Probe(operator, 1e-5, found::next);
    }

    @Test
    void aHealthyMachineIsLeftAsItIs() {
        List<String> cured = new ArrayList<>();
        List<Finding> findings = Arithmetic.measured(
                List.of(planted("convolution in fp32", 3e-7), planted("LSTM in fp32", 2e-7)),
                Map.of("convolution", () -> cured.add("convolution"), "LSTM", () -> cured.add("LSTM")));
        assertThat(findings).extracting(Finding::state).containsOnly(State.RIGHT);
        assertThat(cured).isEmpty();
    }

    @Test
    void aPlantedFaultIsCuredOnceAndLookedAtAgain() {
        List<String> cured = new ArrayList<>();
        List<Finding> findings = Arithmetic.measured(
                List.of(
                        planted("convolution in fp32", Double.NaN, 3e-7),
                        planted("convolution in bf16", 0.3, 0.2),
                        planted("LSTM in fp32", 2e-7)),
                Map.of("convolution", () -> cured.add("convolution"), "LSTM", () -> cured.add("LSTM")));
        assertThat(findings).extracting(Finding::state).containsExactly(State.CURED, State.WRONG, State.RIGHT);
        assertThat(findings.get(0).error()).isInfinite();
        assertThat(findings.get(1).cured()).isEqualTo(0.2);
        assertThat(cured).containsExactly("convolution");
    }

    @Test
    void aFaultWithoutACureStaysOne() {
        assertThat(Arithmetic.measured(List.of(planted("matrix product in fp32", 0.1)), Map.of()))
                .containsExactly(new Finding("matrix product in fp32", 0.1, 0.1, 1e-5));
    }

    @Test
    void thisMachineComputesRightlyOrIsCured() {
        assertThat(Arithmetic.correct()).isNotEmpty();
        for (Probe probe : ArithmeticProbes.all()) {
            assertThat(probe.worst()).as(probe.operator()).isLessThanOrEqualTo(probe.tolerance());
        }
    }

    @Test
    void whatIsWrongOfAModelIsNamed() {
        List<Finding> found = List.of(
                new Finding("LSTM in fp32", 0.4, 0.4, 1e-5),
                new Finding("matrix product in bf16", 0.5, 0.5, 3e-2),
                new Finding("attention in fp16", 0.5, 0.5, 3e-2),
                new Finding("layer norm in fp32", 1e-7, 1e-7, 1e-5));
        assertThat(ModelArithmetic.faults(
                        initialized(Linear.builder().setUnits(3).build(), 2, 4), FP32, found))
                .isEmpty();
        assertThat(ModelArithmetic.faults(
                        initialized(Linear.builder().setUnits(3).build(), 2, 4),
                        EnumSet.of(Precision.FLOAT32, Precision.BFLOAT16),
                        found))
                .containsExactly("matrix product in bf16 wrongly, by 5.0e-01 of its size");
        Block recurrent = new LSTM.Builder().setStateSize(3).setNumLayers(1).build();
        assertThat(ModelArithmetic.faults(initialized(recurrent, 2, 5, 4), FP32, found))
                .containsExactly("LSTM in fp32 wrongly, by 4.0e-01 of its size");
    }

    @Test
    void convolutionsOfAModelAreHeldAgainstFp64AtTheirOwnShapes() {
        Block net =
                new SequentialBlock().add(convolution(24)).add(convolution(16)).add(convolution(5));
        List<Finding> found = List.of(new Finding("convolution in fp32", 0.2, 1e-7, 1e-5));
        assertThat(ModelArithmetic.faults(initialized(net, 2, 20, 6, 6), EnumSet.allOf(Precision.class), found))
                .isEmpty();
        Arithmetic.requireRight(net, EnumSet.allOf(Precision.class));
    }

    @Test
    void oneSentenceSaysWhatIsWrongAndWhatToDo() {
        assertThatIllegalStateException()
                .isThrownBy(() -> Arithmetic.refuse(List.of("LSTM in fp32 wrongly, by 4.0e-01 of its size")))
                .withMessage("expected arithmetic that is right, found that this machine computes LSTM in fp32 wrongly,"
                        + " by 4.0e-01 of its size: change the number of channels or units to a multiple of 16, or"
                        + " measure on another machine");
    }

    @Test
    void theCachesThatTheSystemTellsCount(@TempDir Path folder) throws IOException {
        assertThat(KeptArithmetic.caches(folder)).isEqualTo("[]");
        Files.createDirectory(folder.resolve("index0"));
        Files.writeString(folder.resolve("index0/size"), "32K\n");
        Files.createDirectory(folder.resolve("index1"));
        assertThat(KeptArithmetic.caches(folder)).isEqualTo("[32K, hidden]");
    }

    @Test
    void isKeptForThisProcessorAndSetting(@TempDir Path folder) throws IOException {
        List<Finding> findings = List.of(new Finding("LSTM in fp32", Double.POSITIVE_INFINITY, 1e-7, 1e-5));
        assertThat(KeptArithmetic.read(folder, "chip")).isEmpty();
        KeptArithmetic.write(folder, "chip", findings);
        assertThat(KeptArithmetic.read(folder, "chip")).contains(findings);
        assertThat(KeptArithmetic.read(folder, "chip, ONEDNN_MAX_CPU_ISA=AVX2")).isEmpty();
        for (String damaged : List.of("", "[]", "{}", "{\"machine\": \"chip\", \"findings\": [null]}", "}{")) {
            Files.writeString(folder.resolve(KeptArithmetic.name("chip")), damaged);
            assertThat(KeptArithmetic.read(folder, "chip")).as(damaged).isEmpty();
        }
    }

    @Test
    void distanceIsRelativeAndEuclidean() {
        assertThat(AgainstFp64.distance(new double[] {3, 0}, new double[] {3, 4}))
                .isEqualTo(0.8, within(1e-12));
        assertThat(AgainstFp64.distance(new double[] {Double.NaN}, new double[] {1}))
                .isNaN();
    }

    private Block initialized(Block block, long... shape) {
        block.initialize(manager, DataType.FLOAT32, new Shape(shape));
        return block;
    }

    private static Conv2d convolution(int filters) {
        return Conv2d.builder()
                .setFilters(filters)
                .setKernelShape(new Shape(3, 3))
                .optPadding(new Shape(1, 1))
                .build();
    }
}
