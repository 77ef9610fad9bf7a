package org.vivace.bench;

import ai.djl.Device;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.vivace.measure.BenchRecord;
import org.vivace.measure.Figures;
import org.vivace.measure.Machine;
import org.vivace.measure.MatmulPeak;
import org.vivace.measure.NamedStep;
import org.vivace.measure.PairedTiming;
import org.vivace.measure.Phase;
import org.vivace.measure.Samples;
import org.vivace.measure.Timings;
import org.vivace.measure.Variant;
import org.vivace.train.Run;

/**
 * Times one training step of a workload in plain DJL and under each of several recipes, interleaved in one process.
 *
 * <p>Where a method follows a schedule, the cost of its steps changes over a run. Such a recipe is timed at the points
 * where the cost begins to change and at points in between, and its step time is the mean over a whole run:
 * interpolated linearly between two points, so a jump counts as a slope, and constant after the last.
 */
final class StepTimes {

    private static final int PARTS = 4;

    /** A recipe's arm, and the points of the run at which it is timed, in [0, 1]. */
    private record Timed(Arm side, ArmTrainer arm, List<Double> places) {

        String title() {
            return side.name();
        }

        String at(double place) {
            return places.size() == 1 ? title() : title() + " @ " + place;
        }

        List<NamedStep> steps() {
            return places.stream()
                    .map(place -> new NamedStep(at(place), () -> arm.at(place).step()))
                    .toList();
        }

        /** The weight of each point's time in the mean over a run. */
        List<Double> shares() {
            int last = places.size() - 1;
            return IntStream.rangeClosed(0, last)
                    .mapToObj(i -> {
                        double from = i == 0 ? 0 : (places.get(i - 1) + places.get(i)) / 2;
                        double to = i == last ? 1 : (places.get(i) + places.get(i + 1)) / 2;
                        return to - from;
                    })
                    .toList();
        }
    }

    private StepTimes() {}

    /**
     * @param command the command line that measures this again
     * @param arms timed beside stock DJL, without duplicates
     */
    static BenchRecord measure(
            String command, Workload workload, Machine machine, Device device, List<Arm> arms, PairedTiming plan) {
        List<Timed> timed = new ArrayList<>();
        MatmulPeak before = MatmulPeak.measure(device);
        try (ArmTrainer plain = ArmTrainer.withBatches(workload, device, Arm.PLAIN)) {
            List<NamedStep> steps = new ArrayList<>();
            steps.add(new NamedStep(Arm.PLAIN.name(), plain::step));
            for (Arm arm : arms) {
                timed.add(timed(workload, device, arm));
                steps.addAll(timed.get(timed.size() - 1).steps());
            }
            Timings timings = plan.measure(steps);
            MatmulPeak peak = timings.partial() ? before : before.or(MatmulPeak.measure(device));
            List<String> notes = timed.stream()
                    .flatMap(each -> log(each.arm()).stream())
                    .distinct()
                    .collect(Collectors.toCollection(ArrayList::new));
            if (peak.disturbed()) {
                notes.add(
                        "other work held the processors while the rate of matrix products was measured, so the machine"
                                + " can do more, and the true share of it that a step reaches is lower");
            }
            BenchRecord record = record(command, workload, machine, timings, timed, peak);
            return record.withNotes(
                    Stream.concat(record.notes().stream(), notes.stream()).toList());
        } finally {
            timed.forEach(each -> each.arm().close());
        }
    }

    private static Timed timed(Workload workload, Device device, Arm side) {
        ArmTrainer arm = ArmTrainer.withBatches(workload, device, side);
        return new Timed(side, arm, places(changes(arm)));
    }

    /**
     * The points at which a recipe is timed, given those at which its cost begins to change: these, and more that
     * divide the intervals between them equally, at least four in all.
     */
    static List<Double> places(List<Double> changing) {
        int stretches = changing.size() - 1;
        if (stretches < 1) {
            return changing;
        }
        int parts = (PARTS + stretches - 1) / stretches;
        List<Double> places = new ArrayList<>();
        for (int stretch = 0; stretch < stretches; stretch++) {
            double from = changing.get(stretch);
            double to = changing.get(stretch + 1);
            for (int part = 0; part < parts; part++) {
                places.add(from + (to - from) * part / parts);
            }
        }
        places.add(changing.get(stretches));
        return places;
    }

    /** The points of a run at which the cost of steps begins to change, ascending; only 0 if it never does. */
    static List<Double> changes(ArmTrainer arm) {
        List<Double> changing = arm.run().stream()
                .flatMap(run -> run.hooks().stream().flatMap(hooks -> hooks.phases(run).stream()))
                .map(phase -> phase.progress())
                .sorted()
                .distinct()
                .toList();
        return changing.isEmpty() ? List.of(0.0) : changing;
    }

    private static List<String> log(ArmTrainer arm) {
        return arm.run().map(Run::log).orElse(List.of());
    }

    private static BenchRecord record(
            String command, Workload workload, Machine machine, Timings timings, List<Timed> timed, MatmulPeak peak) {
        List<Samples> samples = new ArrayList<>(List.of(timings.baseline()));
        timed.forEach(each -> samples.add(wholeRun(each, timings)));
        Timings whole =
                new Timings(samples, timings.again(), timings.partial(), timings.warmupRounds(), timings.steady());
        BenchRecord record = BenchRecord.of(
                command,
                workload.name(),
                machine,
                whole,
                title -> titled(timed, title).side().labels());
        Map<String, String> settings = new LinkedHashMap<>(workload.settings());
        settings.put("matmul peak fp32", Figures.fixed(peak.fp32(), 0) + " GFLOP/s");
        settings.put("matmul peak bf16", Figures.fixed(peak.bf16(), 0) + " GFLOP/s");
        settings.putAll(Allocator.settings());
        WorkloadFlops flops = WorkloadFlops.of(workload);
        record = record.withNotes(
                Stream.concat(record.notes().stream(), flops.note().stream()).toList());
        if (flops.perStep().isPresent()) {
            double operations = flops.perStep().getAsDouble();
            double share = operations / (record.baseline().stepMillis().median() * 1e6 * peak.fp32());
            settings.put("plain DJL's share of the fp32 peak", Figures.percent(share));
            record = record.withPeak(peak.higher(), operations);
        }
        return record.withSettings(settings)
                .withVariants(variant -> withPhases(variant, titled(timed, variant.title()), timings));
    }

    private static Timed titled(List<Timed> timed, String title) {
        return timed.stream()
                .filter(each -> each.title().equals(title))
                .findFirst()
                .orElseThrow();
    }

    /** Each time of the whole run is the weighted mean of those at the points. */
    private static Samples wholeRun(Timed each, Timings timings) {
        if (each.places().size() == 1) {
            return timings.of(each.title());
        }
        List<Double> shares = each.shares();
        List<Samples> parts =
                each.places().stream().map(place -> timings.of(each.at(place))).toList();
        List<List<Long>> rounds = new ArrayList<>();
        for (int round = 0; round < timings.rounds(); round++) {
            List<Long> nanos = new ArrayList<>();
            for (int step = 0; step < parts.get(0).nanos().get(round).size(); step++) {
                double mean = 0;
                for (int part = 0; part < parts.size(); part++) {
                    mean += shares.get(part)
                            * parts.get(part).nanos().get(round).get(step);
                }
                nanos.add(Math.round(mean));
            }
            rounds.add(nanos);
        }
        return new Samples(
                each.title(),
                rounds,
                parts.stream().flatMapToLong(part -> part.firstNanos().stream()).max());
    }

    /** The share of the peak is known at the end of the schedule, where the model does its full work. */
    private static Variant withPhases(Variant variant, Timed each, Timings timings) {
        if (each.places().size() == 1) {
            return variant;
        }
        List<Phase> phases = IntStream.range(0, each.places().size())
                .mapToObj(i -> new Phase(
                        Figures.percent(each.places().get(i), 1) + " of the run",
                        each.shares().get(i),
                        timings.of(each.at(each.places().get(i))).stepMillis()))
                .toList();
        double fullStep = phases.get(phases.size() - 1).stepMillis().median();
        Variant scaled = variant.mfu().isPresent()
                ? variant.withMfu(
                        variant.mfu().getAsDouble() * variant.stepMillis().median() / fullStep)
                : variant;
        return scaled.withPhases(phases, variant.speedup());
    }
}
