package org.vivace.torch;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What one call into libtorch costs the host, beside DJL's own operations of the same size: arrays so small that the
 * arithmetic is nothing, and one libtorch thread, since waking a second one would cost more than all else. The figure to
 * read is the median, p0.50: what other programs take of the machine is in the mean. Each benchmark has a JVM of its own, so those of stock DJL run without the guard. Run by
 * {@code mvn -B -q -pl toolkit/core -am -Pjmh test -DskipTests}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {"-Dai.djl.pytorch.num_threads=1", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"})
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class CallCost {

    private NDManager manager;
    private NDArray sixteen;
    private NDArray weight;
    private NDArray bias;
    private NDArray rows;
    private NDArray heads;

    @Setup
    public void make() {
        manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
        sixteen = manager.ones(new Shape(16));
        weight = manager.ones(new Shape(16));
        bias = manager.zeros(new Shape(16));
        rows = manager.ones(new Shape(4, 16));
        heads = manager.ones(new Shape(1, 2, 4, 16));
    }

    @TearDown
    public void close() {
        manager.close();
    }

    @Benchmark
    public void djlAdd() {
        sixteen.add(sixteen).close();
    }

    @Benchmark
    public void djlCast() {
        sixteen.toType(DataType.FLOAT16, false).close();
    }

    @Benchmark
    public void scriptCast() {
        Cast.to(sixteen, Precision.FLOAT16).close();
    }

    @Benchmark
    public void djlLayerNorm() {
        rows.getNDArrayInternal()
                .layerNorm(rows, weight.getShape(), weight, bias, 1e-5f)
                .close();
    }

    @Benchmark
    public void scriptLayerNorm() {
        Norms.layer(rows, weight, bias, 1e-5, Precision.FLOAT32).close();
    }

    /** The four operations that attention is in stock DJL. */
    @Benchmark
    public void djlAttention() {
        try (NDArray turned = heads.swapAxes(2, 3);
                NDArray scores = heads.matMul(turned);
                NDArray shares = scores.softmax(3);
                NDArray out = shares.matMul(heads)) {
            out.getShape();
        }
    }

    @Benchmark
    public void scriptAttention() {
        Attention.full(heads, heads, heads, 0).close();
    }

    @Benchmark
    public void djlSoftmax() {
        rows.softmax(1).close();
    }

    @Benchmark
    public void guardedSoftmax() {
        DtypeGuard.install();
        rows.softmax(1).close();
    }

    @Benchmark
    public void autocastEnterAndClose() {
        Autocast.enter(Device.cpu(), Precision.BFLOAT16).close();
    }
}
