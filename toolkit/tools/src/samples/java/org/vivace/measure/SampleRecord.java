package org.vivace.measure;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;

/** A record with the names and sizes that a real one has, made on a fake clock. */
public final class SampleRecord {

    private static final Map<String, List<String>> RECIPES = Map.of(
            "bf16", List.of("MixedPrecision(bf16)"),
            "norm", List.of("MixedPrecision(bf16)", "LowPrecisionLayerNorm"),
            "attention", List.of("MixedPrecision(bf16)", "LowPrecisionLayerNorm", "FusedAttention"),
            "adam", List.of("MixedPrecision(bf16)", "LowPrecisionLayerNorm", "FusedAttention", "FusedAdamW"),
            "full",
                    List.of(
                            "MixedPrecision(bf16)",
                            "LowPrecisionLayerNorm",
                            "FusedAttention",
                            "FusedAdamW",
                            "SequenceLengthWarmup(0.3)"),
            "attention alone", List.of("FusedAttention"),
            "smoothing alone", List.of("LabelSmoothing(0.1)"));

    private SampleRecord() {}

    public static Machine machine() {
        return new Machine(
                "Intel(R) Xeon(R) Platinum 8481C CPU @ 2.70GHz",
                List.of("avx2", "avx512_bf16", "amx_bf16"),
                2,
                2,
                16L << 30,
                "Linux 6.1.0 amd64",
                "OpenJDK 64-Bit Server VM 17.0.15+6",
                "0.35.1",
                "2.7.1",
                "cpu",
                "cc8ef4c0d1b2a3948576cc8ef4c0d1b2a3948576");
    }

    /** Seven variants, the last but two being the full recipe; two curves, the second with a band. */
    public static BenchRecord language() {
        FakeMachine machine = new FakeMachine(7, 0.03, 0.0002);
        List<NamedStep> steps = List.of(
                machine.step("plain", 1402),
                machine.step("bf16", 634),
                machine.step("norm", 561),
                machine.step("attention", 547),
                machine.step("adam", 468),
                machine.step("full", 341),
                machine.step("attention alone", 1405),
                machine.step("smoothing alone", 1497));
        Timings timings = machine.timing(12).stepsPerTurn(2).withBaselineAgain().measure(steps);
        Function<String, List<String>> methods = RECIPES::get;
        BenchRecord record = BenchRecord.of("./vivace demo", "language", machine(), timings, methods);
        return record.withSettings(Map.of("width", "384", "layers", "6", "context", "256", "batch", "16"))
                .withBaseline(record.baseline().withLoss(2.31).withPeakBytes(3_100_000_000L))
                .withVariants(each -> each.methods().size() == 5 ? each.withLoss(1.87) : each)
                .withPeak(1100, 2.7e11)
                .withCurves(List.of(curve("plain DJL", 1.402, 60, 1.0), curve("recipe", 0.341, 60, 4.1)));
    }

    private static Curve curve(String name, double stepSeconds, double until, double speed) {
        List<Double> seconds = new ArrayList<>();
        List<Double> loss = new ArrayList<>();
        IntStream.range(0, (int) (until / stepSeconds)).forEach(step -> {
            double time = step * stepSeconds;
            seconds.add(time);
            double wobble = 0.05 * Math.sin(step * 2.3) * Math.exp(-step / 60.0);
            loss.add(1.6 + 3.9 * Math.exp(-time * speed / 9) + 0.5 / (1 + time * speed / 20) + wobble);
        });
        if (speed == 1.0) {
            return new Curve(name, seconds, loss);
        }
        List<Double> low = loss.stream().map(each -> each - 0.06).toList();
        List<Double> high = loss.stream().map(each -> each + 0.06).toList();
        return new Curve(name, seconds, loss, low, high);
    }
}
