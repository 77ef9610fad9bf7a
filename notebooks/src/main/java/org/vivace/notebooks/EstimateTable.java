package org.vivace.notebooks;

import ai.djl.Device;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.vivace.estimate.OperationTimes;
import org.vivace.measure.Statistics;
import org.vivace.methods.Catalogue;
import org.vivace.train.EfficiencyMethod;
import picocli.CommandLine.Model.CommandSpec;

/** How far off estimates are, over all workloads, with and without methods, at two batch sizes. */
final class EstimateTable {

    private static final long IMAGE = 64;
    private static final List<String> METHODS = List.of(
            RecipeOptions.NONE,
            "MixedPrecision",
            "ActivationCheckpointing",
            "MixedPrecision,FusedAttention,LowPrecisionLayerNorm",
            "MixedPrecision,ChannelsLast");
    private static final long[] BATCHES = {8, 16};

    private EstimateTable() {}

    static int run(CommandSpec spec, Device device, JsonOption json) throws InterruptedException {
        OperationTimes times = Estimated.times(device);
        List<CheckedEstimate> checks = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        PrintWriter out = spec.commandLine().getOut();
        out.println(EstimateText.TABLE_HEAD);
        for (String name : EstimateSubject.names()) {
            for (String written : METHODS) {
                for (long batch : BATCHES) {
                    EstimateSubject subject = EstimateSubject.named(name, batch, IMAGE);
                    try {
                        CheckedEstimate check = check(subject, device, written, batch, times);
                        checks.add(check);
                        out.println(EstimateText.row(written, check));
                        out.flush();
                    } catch (IllegalArgumentException | IllegalStateException e) {
                        String note = name + " with " + written + ": " + Failures.sentence(e);
                        if (!notes.contains(note)) {
                            notes.add(note);
                            out.println(note);
                        }
                    }
                }
            }
        }
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("machine", Here.machine());
        all.put("rows", checks);
        all.put("flopsError", summary(out, "FLOPs", checks, CheckedEstimate::flopsError));
        all.put("memoryError", summary(out, "memory", checks, CheckedEstimate::memoryError));
        all.put("timeError", summary(out, "time", checks, CheckedEstimate::timeError));
        all.put("notes", notes);
        out.flush();
        json.writeValue(all);
        return 0;
    }

    private static CheckedEstimate check(
            EstimateSubject subject, Device device, String written, long batch, OperationTimes times)
            throws InterruptedException {
        List<EfficiencyMethod> methods = written.equals(RecipeOptions.NONE) ? List.of() : Catalogue.parse(written);
        return EstimateCheck.of(
                        Estimated.of(subject, methods, false, times),
                        device,
                        methods,
                        false,
                        EstimateCommand.memoryOnly(subject.name(), batch, IMAGE, written, false))
                .toRecord();
    }

    /** The median and the worst of the errors without their signs. */
    private static Map<String, Double> summary(
            PrintWriter out, String what, List<CheckedEstimate> checks, ToDoubleFunction<CheckedEstimate> error) {
        if (checks.isEmpty()) {
            return Map.of();
        }
        double[] sizes = checks.stream()
                .mapToDouble(check -> Math.abs(error.applyAsDouble(check)))
                .toArray();
        double median = Statistics.median(sizes);
        double worst = Arrays.stream(sizes).max().orElseThrow();
        out.println(EstimateText.summary(what, median, worst));
        Map<String, Double> summary = new LinkedHashMap<>();
        summary.put("median", median);
        summary.put("worst", worst);
        return summary;
    }
}
