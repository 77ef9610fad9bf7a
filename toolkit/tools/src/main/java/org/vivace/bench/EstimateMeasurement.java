package org.vivace.bench;

import ai.djl.Device;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.vivace.measure.Statistics;
import org.vivace.torch.PeakMemory;
import org.vivace.trace.OperatorKind;
import org.vivace.trace.Operators;
import org.vivace.train.EfficiencyMethod;

/** The measurements that an estimate is compared with. */
final class EstimateMeasurement {

    private static final Pattern LINE = Pattern.compile("^the model's peak is (\\d+)$", Pattern.MULTILINE);
    private static final long ENOUGH_NANOS = 3_000_000_000L;
    private static final int WARM_UP = 3;
    private static final int FEWEST = 4;
    private static final int MOST = 40;

    private EstimateMeasurement() {}

    /** The median time of a pass, in seconds. */
    static double seconds(EstimateTrial trial) {
        for (int i = 0; i < WARM_UP; i++) {
            trial.pass();
        }
        List<Double> seconds = new ArrayList<>();
        long begin = System.nanoTime();
        while (seconds.size() < FEWEST || seconds.size() < MOST && System.nanoTime() - begin < ENOUGH_NANOS) {
            seconds.add(trial.pass());
        }
        return Statistics.median(
                seconds.stream().mapToDouble(Double::doubleValue).toArray());
    }

    /** Of the products, convolutions and attention of a pass, as libtorch ran them. */
    static double flops(EstimateTrial trial) {
        Operators operators = Operators.record(trial::pass);
        return (double) operators.flops(OperatorKind.MATRIX_PRODUCT)
                + operators.flops(OperatorKind.CONVOLUTION)
                + operators.flops(OperatorKind.ATTENTION);
    }

    /**
     * The peak memory of passes in this process, which must not have held a model before, less the memory held before
     * the model: the JVM, libtorch, and what libtorch allocates in the first pass of a tiny model of the same kind.
     */
    static long peakBytes(EstimateSubject subject, Device device, List<EfficiencyMethod> methods, boolean inference) {
        StepMemory.obstacle(device).ifPresent(why -> {
            throw new IllegalStateException(why);
        });
        try (EstimateTrial tiny = new EstimateTrial(small(subject), device, methods, inference)) {
            tiny.pass();
            tiny.pass();
        }
        System.gc();
        long before = device.isGpu()
                ? PeakMemory.bytes(device).orElseThrow()
                : PeakMemory.residentBytes().orElseThrow();
        try (EstimateTrial trial = new EstimateTrial(subject, device, methods, inference)) {
            trial.pass();
            trial.pass();
            PeakMemory.reset();
            trial.pass();
            return PeakMemory.bytes(device).orElseThrow() - before;
        }
    }

    /** A model of the same kind of operations and the same optimizer, so small that its memory does not count. */
    static EstimateSubject small(EstimateSubject subject) {
        EstimateSubject small =
                subject.inputShapes()[0].dimension() == 4 ? EstimateSubject.smallImages() : EstimateSubject.smallText();
        return small.withOptimizer(subject.optimizer());
    }

    static String toLine(long bytes) {
        return "the model's peak is " + bytes;
    }

    static long parse(String text) {
        Matcher matcher = LINE.matcher(text);
        if (!matcher.find()) {
            throw new IllegalStateException("expected the fresh JVM to report its memory, got: " + text.strip());
        }
        return Long.parseLong(matcher.group(1));
    }
}
