package org.vivace.profile;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.vivace.measure.Calibration;
import org.vivace.measure.ConvolutionPeak;
import org.vivace.measure.Interval;
import org.vivace.measure.Machine;
import org.vivace.measure.MatmulPeak;
import org.vivace.profile.InferenceProfile.Latency;
import org.vivace.profile.InferenceProfile.Load;
import org.vivace.trace.BackwardMatch;
import org.vivace.trace.BlockSpan;
import org.vivace.trace.Operator;
import org.vivace.trace.OperatorKind;
import org.vivace.trace.Operators;
import org.vivace.trace.StepPhase;
import org.vivace.trace.TraceEvent;

/** A profile with everything in it, of a step of 100 ms. */
public final class SampleProfile {

    private static final long MIB = 1 << 20;

    private SampleProfile() {}

    public static ProfileRecord language() {
        return ProfileRecord.of("./vivace profile language", "language", machine(), profile())
                .withInference(Optional.of(inference()))
                .withVerdict(Optional.of(new StepVerdict(
                        Bound.OPTIMIZER,
                        Map.of(Bound.OPTIMIZER, 0.23),
                        "updating takes 23 % of a step",
                        List.of(new Remedy("Fused", 1.2, "since one pass is enough")))));
    }

    static Profile profile() {
        Map<String, StepPhaseTime> split = new LinkedHashMap<>();
        double[] millis = {4, 0, 24, 3, 41, 23, 0.6, 0.2, 3.9, 0.3};
        for (StepPhase part : StepPhase.values()) {
            double each = millis[part.ordinal()];
            long nanos = Math.round(each * 1e6);
            split.put(part.key(), new StepPhaseTime(each, each / 100, List.of(nanos, nanos)));
        }
        List<BlockTime> blocks = List.of(
                block("01TokenEmbedding", "TokenEmbedding", 1.5, 1.5, 2.0, 2.0, 6 * MIB),
                block("04DecoderLayer", "DecoderLayer", 21, 0.5, 38.0, 1.0, 80 * MIB),
                block("04DecoderLayer/01Residual", "Residual", 20.5, 20.5, 37.0, 37.0, 79 * MIB));
        MemoryProfile memory = new MemoryProfile(
                40 * MIB,
                40 * MIB,
                OptionalLong.of(80 * MIB),
                OptionalLong.of(300 * MIB),
                OptionalLong.of(60 * MIB),
                OptionalLong.of(200 * MIB),
                OptionalLong.of(560 * MIB),
                Optional.of("backward"),
                Optional.of("04DecoderLayer/01Residual"),
                timeline(),
                List.of(new MemoryProfile.LeakedArray("(3, 2)", "trainer", "listeners", 1, 24)));
        return new Profile(
                new Interval(100, 98, 103),
                new Interval(0.001, -0.002, 0.004),
                split,
                Map.of("LoggingTrainingListener", 0.2),
                blocks,
                memory,
                Optional.of(operators()),
                2,
                Optional.of(calibration()),
                Optional.empty(),
                List.of("something to know"));
    }

    private static BlockTime block(
            String path,
            String kind,
            double forward,
            double ownForward,
            double backward,
            double ownBackward,
            long activationBytes) {
        return new BlockTime(
                path,
                kind,
                1,
                forward,
                ownForward,
                OptionalDouble.of(backward),
                OptionalDouble.of(ownBackward),
                OptionalLong.of(activationBytes));
    }

    /** Of two steps: matrix products near the roof, additions far below it, and a copy that computes nothing. */
    public static Operators operators() {
        String linear = "04DecoderLayer/01Residual/02CausalSelfAttention/01qkv";
        List<Operator> all = new ArrayList<>();
        for (int step = 0; step < 2; step++) {
            double start = step * 100_000;
            all.add(operator("aten::addmm", start, 12_000, StepPhase.FORWARD, linear, 3_000_000_000L, 40_000_000));
            all.add(operator(
                    "aten::add", start + 13_000, 4000, StepPhase.FORWARD, "04DecoderLayer", 9_000_000, 108_000_000));
            all.add(operator("aten::copy_", start + 18_000, 5000, StepPhase.FORWARD, "", 0, 50_000_000));
            all.add(operator(
                    "aten::mm", start + 30_000, 30_000, StepPhase.BACKWARD, linear, 6_000_000_000L, 90_000_000));
            all.add(operator("aten::mul_", start + 70_000, 9000, StepPhase.OPTIMIZER, "", 10_000_000, 120_000_000));
        }
        return new Operators(
                all, List.of(new BlockSpan(linear, StepPhase.FORWARD, 0, 12_000)), BackwardMatch.NONE, List.of());
    }

    private static Operator operator(
            String name, double start, double micros, StepPhase phase, String block, long flops, long bytes) {
        TraceEvent event = new TraceEvent(name, start, micros, 1, List.of(), 0);
        return new Operator(
                event, -1, micros, phase, block, OperatorKind.of(name), OptionalLong.of(flops), OptionalLong.of(bytes));
    }

    public static Calibration calibration() {
        return new Calibration(
                1,
                machine(),
                "2026-01-01T00:00:00Z",
                new MatmulPeak(300, 1200),
                new ConvolutionPeak(200, 250, 700, 900),
                20,
                2,
                false);
    }

    private static List<MemoryProfile.Moment> timeline() {
        List<MemoryProfile.Moment> points = new ArrayList<>();
        for (int ms = 0; ms <= 100; ms += 2) {
            String part = ms < 4 ? "data" : ms < 28 ? "forward" : ms < 31 ? "loss" : ms < 72 ? "backward" : "optimizer";
            double mib = ms < 28 ? 200 + 300 * ms / 28.0 : ms < 40 ? 500 + 5 * (ms - 28) : 560 - 360 * (ms - 40) / 60.0;
            points.add(new MemoryProfile.Moment(ms, (long) (mib * MIB), part));
        }
        return points;
    }

    private static InferenceProfile inference() {
        Map<String, StepPhaseTime> split = new LinkedHashMap<>();
        split.put("preProcess", new StepPhaseTime(1, 0.1, List.of(1_000_000L)));
        split.put("forward", new StepPhaseTime(8, 0.8, List.of(8_000_000L)));
        split.put("postProcess", new StepPhaseTime(0.5, 0.05, List.of(500_000L)));
        split.put("rest", new StepPhaseTime(0.5, 0.05, List.of(500_000L)));
        List<Load> loads = new ArrayList<>();
        for (int threads : List.of(1, 2)) {
            for (int batch : List.of(1, 4, 16)) {
                double p50 = 10 * Math.pow(batch, 0.6) * (threads == 1 ? 1 : 1.5);
                Latency latency = new Latency(p50, 1.2 * p50, 1.5 * p50, 50);
                loads.add(new Load(batch, threads, 1000.0 * batch * threads / p50, latency));
            }
        }
        BlockTime block = new BlockTime(
                "01TokenEmbedding",
                "TokenEmbedding",
                1,
                1.5,
                1.5,
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                OptionalLong.empty());
        return new InferenceProfile(80, new Latency(10, 12, 15, 100), split, loads, List.of(block));
    }

    private static Machine machine() {
        return new Machine(
                "A processor",
                List.of("avx2"),
                2,
                2,
                8L << 30,
                "Linux",
                "a JDK",
                "0.35.1",
                "2.7.1",
                "cpu",
                "0123456789abcdef0123456789abcdef01234567");
    }
}
