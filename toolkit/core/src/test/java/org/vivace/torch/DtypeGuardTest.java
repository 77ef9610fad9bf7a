package org.vivace.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.core.Linear;
import ai.djl.nn.transformer.ScaledDotProductAttentionBlock;
import ai.djl.nn.transformer.TransformerEncoderBlock;
import ai.djl.training.ParameterStore;
import ai.djl.training.loss.Loss;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.vivace.contract.JavaProcess;

@Tag("slow")
class DtypeGuardTest extends TorchTest {

    static Stream<DtypeTraps> traps() {
        return DtypeTraps.all().stream();
    }

    @ParameterizedTest
    @MethodSource
    void traps(DtypeTraps trap) {
        trap.spring();
    }

    @Test
    void noTrapEndsAJvmOfItsOwn(@TempDir Path folder) throws Exception {
        // A regression is an abort; here it would take the whole test run with it and be reported as nothing.
        Path output = folder.resolve("output");
        List<String> options = List.of("-Xmx512m", "-XX:ErrorFile=" + folder.resolve("abort"));
        Process process = JavaProcess.of(options, DtypeTraps.class)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        boolean ended = process.waitFor(120, TimeUnit.SECONDS);
        process.destroyForcibly();
        String text = Files.readString(output);
        assertThat(ended).as(text).isTrue();
        assertThat(process.exitValue()).as(text).isZero();
        assertThat(text).contains("traps survived: " + DtypeTraps.all().size());
    }

    @Test
    void anErrorOfAGuardedOperationReachesItsCallerAndNamesWhatIsWrong() {
        DtypeGuard.install();
        NDArray x = manager.ones(new Shape(2, 3));
        assertThatThrownBy(() -> x.softmax(7))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("Dimension out of range (expected to be in range of [-2, 1], but got 7)");
        assertThatThrownBy(() -> manager.zeros(new Shape(2), DataType.INT16))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("torchZeros: expected a type that DJL's PyTorch engine has, got int16: DJL names this type,"
                        + " but does not pass it to libtorch");
        assertThatThrownBy(() -> manager.create(ByteBuffer.allocateDirect(4), new Shape(2), DataType.BFLOAT16))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "torchFromBlob: expected a type that DJL's PyTorch engine has, got bfloat16: copy the values"
                                + " as fp32 and cast the array");
    }

    @Test
    void leavesEveryOtherTypeAlone() {
        DtypeGuard.install();
        assertThat(manager.zeros(new Shape(2), DataType.INT64).getDataType()).isEqualTo(DataType.INT64);
        assertThat(manager.full(new Shape(2), 2.5f).toFloatArray()).containsExactly(2.5f, 2.5f);
        assertThat(manager.arange(0, 1, 0.25f).toFloatArray()).containsExactly(0, 0.25f, 0.5f, 0.75f);
        assertThat(manager.linspace(0, 1, 3).toFloatArray()).containsExactly(0, 0.5f, 1);
        assertThat(manager.eye(2).toFloatArray()).containsExactly(1, 0, 0, 1);
        assertThat(manager.create(new int[] {3, 4}).toIntArray()).containsExactly(3, 4);
        assertThat(manager.randomPermutation(5).sum().getLong()).isEqualTo(10);
        assertThat(manager.create(new double[] {1, 3}).softmax(0).toDoubleArray()[1])
                .isCloseTo(0.8807970779778824, within(1e-15));
        assertThat(manager.create(new float[] {1.9f})
                        .toType(DataType.INT32, false)
                        .toIntArray())
                .containsExactly(1);
    }

    @Test
    void worksFromSeveralThreadsWhileMemoryIsCollected() throws Exception {
        // DJL allows one gradient collector in the whole process.
        List<DtypeTraps> traps = DtypeTraps.all().stream()
                .filter(trap -> !trap.name().startsWith("backward"))
                .toList();
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try {
            List<Future<?>> results = new ArrayList<>();
            for (int t = 0; t < 3; t++) {
                results.add(threads.submit(() -> {
                    for (int i = 0; i < 3; i++) {
                        traps.forEach(DtypeTraps::spring);
                    }
                }));
            }
            for (int i = 0; i < 10; i++) {
                System.gc();
            }
            for (Future<?> result : results) {
                result.get();
            }
        } finally {
            threads.shutdown();
        }
    }

    /** A block, and the shape of its input. */
    private record Example(Block block, Shape input) {
        @Override
        public String toString() {
            return block.getClass().getSimpleName();
        }
    }

    static Stream<Example> djlBlocksTrainUnderAutocast() {
        return Stream.of(
                new Example(new TransformerEncoderBlock(8, 2, 16, 0f, Activation::gelu), new Shape(4, 5, 8)),
                new Example(
                        ScaledDotProductAttentionBlock.builder()
                                .setEmbeddingSize(8)
                                .setHeadCount(2)
                                .optAttentionProbsDropoutProb(0)
                                .build(),
                        new Shape(4, 5, 8)),
                new Example(Linear.builder().setUnits(6).build(), new Shape(4, 8)));
    }

    @ParameterizedTest
    @MethodSource
    void djlBlocksTrainUnderAutocast(Example example) {
        Block block = example.block();
        Seeds.set(3);
        block.initialize(manager, DataType.FLOAT32, example.input());
        NDArray x = manager.create(values((int) example.input().size(), 2), example.input());
        List<double[]> full = gradients(block, x, Precision.FLOAT32);
        List<double[]> low = gradients(block, x, Precision.BFLOAT16);
        for (int i = 0; i < full.size(); i++) {
            double size = norm(full.get(i));
            double[] difference = full.get(i).clone();
            for (int j = 0; j < difference.length; j++) {
                difference[j] -= low.get(i)[j];
            }
            assertThat(low.get(i)).doesNotContain(Double.NaN);
            // bf16 keeps 8 bits; a key's bias has no gradient but rounding, so the floor is absolute.
            assertThat(norm(difference)).isLessThan(0.06 * size + 0.02);
        }
        assertThat(full.stream().mapToDouble(DtypeGuardTest::norm).sum()).isGreaterThan(0.1);
    }

    private static double norm(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value * value;
        }
        return Math.sqrt(sum);
    }

    /** The parameters' gradients of a softmax cross-entropy over the block's output. */
    private List<double[]> gradients(Block block, NDArray x, Precision precision) {
        List<Parameter> parameters = new ArrayList<>(block.getParameters().values());
        try (NDManager step = manager.newSubManager()) {
            NDArray input = x.duplicate();
            input.attach(step);
            backward(() -> {
                try (Autocast scope = precision == Precision.FLOAT32
                        ? Autocast.off(Device.cpu())
                        : Autocast.enter(Device.cpu(), precision)) {
                    NDArray output = block.forward(new ParameterStore(step, false), new NDList(input), true)
                            .singletonOrThrow();
                    NDArray labels = step.zeros(new Shape(output.getShape().get(0)), DataType.INT64);
                    NDArray logits = output.getShape().dimension() == 3 ? output.get(":,0") : output;
                    NDArray loss = Loss.softmaxCrossEntropyLoss().evaluate(new NDList(labels), new NDList(logits));
                    return Cast.to(loss, Precision.FLOAT32);
                }
            });
        }
        List<double[]> gradients = new ArrayList<>();
        for (Parameter parameter : parameters) {
            if (parameter.requiresGradient()) {
                NDArray gradient = parameter.getArray().getGradient();
                gradients.add(doubles(gradient));
                gradient.subi(gradient);
            }
        }
        return gradients;
    }
}
