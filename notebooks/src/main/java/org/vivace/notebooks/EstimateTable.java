package org.vivace.notebooks;

import ai.djl.Device;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
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
    private static final List<String> METHODS =
            List.of(RecipeOptions.NONE, "MixedPrecision", "ActivationCheckpointing");
    private static final long[] BATCHES = {8, 16};

    private EstimateTable() {}

    static int run(CommandSpec spec, Device device, JsonOption json) throws InterruptedException {
        OperationTimes times = Estimated.times(device);
        List<Map<String, Object>> rows = new ArrayList<>();
        List<EstimateCheck> checks = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        PrintWriter out = spec.commandLine().getOut();
        out.printf("%-12s %-24s %5s %8s %8s %8s%n", "workload", "methods", "batch", "FLOPs", "memory", "time");
        for (String name : EstimateSubject.names()) {
            for (String written : METHODS) {
                for (long batch : BATCHES) {
                    EstimateSubject subject = EstimateSubject.named(name, batch, IMAGE);
                    try {
                        EstimateCheck check = check(subject, device, written, batch, times);
                        checks.add(check);
                        rows.add(check.toMap());
                        print(out, name, written, batch, check);
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
        all.put("rows", rows);
        all.put("flopsError", summary(out, "FLOPs", checks, EstimateCheck::flopsError));
        all.put("memoryError", summary(out, "memory", checks, EstimateCheck::memoryError));
        all.put("timeError", summary(out, "time", checks, EstimateCheck::timeError));
        all.put("notes", notes);
        out.flush();
        json.writeValue(all);
        return 0;
    }

    private static EstimateCheck check(
            EstimateSubject subject, Device device, String written, long batch, OperationTimes times)
            throws InterruptedException {
        List<EfficiencyMethod> methods = written.equals(RecipeOptions.NONE) ? List.of() : Catalogue.parse(written);
        return EstimateCheck.of(
                Estimated.of(subject, methods, false, times),
                device,
                methods,
                false,
                EstimateCommand.memoryOnly(subject.name(), batch, IMAGE, written, false));
    }

    private static void print(PrintWriter out, String name, String written, long batch, EstimateCheck check) {
        out.println(String.format(
                Locale.ROOT,
                "%-12s %-24s %5d %+7.1f%% %+7.1f%% %+7.1f%%",
                name,
                written,
                batch,
                100 * check.flopsError(),
                100 * check.memoryError(),
                100 * check.timeError()));
        out.flush();
    }

    /** The median and the worst of the errors without their signs. */
    private static Map<String, Double> summary(
            PrintWriter out, String what, List<EstimateCheck> checks, ToDoubleFunction<EstimateCheck> error) {
        if (checks.isEmpty()) {
            return Map.of();
        }
        double[] sizes = checks.stream()
                .mapToDouble(check -> Math.abs(error.applyAsDouble(check)))
                .toArray();
        double median = Statistics.median(sizes);
        double worst = Arrays.stream(sizes).max().orElseThrow();
        out.println(String.format(
                Locale.ROOT, "error of %s: median %.1f %%, worst %.1f %%", what, 100 * median, 100 * worst));
        Map<String, Double> summary = new LinkedHashMap<>();
        summary.put("median", median);
        summary.put("worst", worst);
        return summary;
    }
}
