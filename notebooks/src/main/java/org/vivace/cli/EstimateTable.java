package org.vivace.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Function;
import org.vivace.bench.CheckedEstimate;
import org.vivace.bench.LocalMachine;
import org.vivace.bench.NamedWorkloads;
import org.vivace.bench.Workload;
import org.vivace.bench.WorkloadSizes;
import org.vivace.measure.RecordFile;
import org.vivace.measure.Statistics;
import org.vivace.train.Catalogue;
import picocli.CommandLine.Model.CommandSpec;

/** How far off estimates are, over all workloads that have a name, with and without methods, at two batch sizes. */
final class EstimateTable {

    private static final List<String> METHODS = List.of(
            Catalogue.NONE,
            "MixedPrecision",
            "ActivationCheckpointing",
            "MixedPrecision,FusedAttention,LowPrecisionLayerNorm",
            "MixedPrecision,ChannelsLast");
    private static final int[] BATCHES = {8, 16};

    private EstimateTable() {}

    static int run(CommandSpec spec, JsonOption json) throws InterruptedException {
        List<CheckedEstimate> checks = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        PrintWriter out = spec.commandLine().getOut();
        out.println(EstimateText.TABLE_HEAD);
        for (Workload workload : NamedWorkloads.services().values()) {
            for (String written : METHODS) {
                for (int batch : BATCHES) {
                    try {
                        CheckedEstimate check = CheckedEstimate.of(
                                WorkloadSizes.with(workload, Map.of("batch", batch)), Catalogue.parse(written), false);
                        checks.add(check);
                        out.println(EstimateText.row(written, check));
                        out.flush();
                    } catch (IllegalArgumentException | IllegalStateException e) {
                        String note = workload.name() + " with " + written + ": " + Failures.sentence(e);
                        if (!notes.contains(note)) {
                            notes.add(note);
                            out.println(note);
                        }
                    }
                }
            }
        }
        Map<String, Object> all = new LinkedHashMap<>();
        all.put(RecordFile.KIND, EstimateRecord.KIND);
        all.put("machine", LocalMachine.machine());
        all.put("rows", checks);
        all.put("flopsError", summary(out, "FLOPs", checks, CheckedEstimate::flopsError));
        all.put("memoryError", summary(out, "memory", checks, CheckedEstimate::memoryError));
        all.put("timeError", summary(out, "time", checks, CheckedEstimate::timeError));
        all.put("notes", notes);
        out.flush();
        json.writeValue(all);
        return 0;
    }

    /** The median and the worst of the errors without their signs. */
    private static Map<String, Double> summary(
            PrintWriter out,
            String what,
            List<CheckedEstimate> checks,
            Function<CheckedEstimate, OptionalDouble> error) {
        if (checks.isEmpty()) {
            return Map.of();
        }
        double[] sizes = checks.stream()
                .mapToDouble(check -> Math.abs(error.apply(check).orElseThrow()))
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
