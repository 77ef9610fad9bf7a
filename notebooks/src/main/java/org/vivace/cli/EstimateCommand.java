package org.vivace.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.vivace.bench.CheckedEstimate;
import org.vivace.bench.LocalMachine;
import org.vivace.bench.NamedWorkloads;
import org.vivace.bench.Workload;
import org.vivace.bench.WorkloadSizes;
import org.vivace.measure.RecordFile;
import org.vivace.measure.Statistics;
import org.vivace.train.Catalogue;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code estimate WORKLOAD}; each workload is a subcommand with its own sizes. */
@Command(
        name = "estimate",
        description =
                "What a training step costs before it runs: FLOPs, memory and time; --check runs it and reports the"
                        + " error. The first time, operations are timed one by one, for some seconds.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "WORKLOAD",
        subcommandsRepeatable = false)
final class EstimateCommand implements Callable<Integer> {

    static final String TABLE = "--table";

    /** The recipes and batch sizes of the table. */
    private static final List<String> METHODS = List.of(
            Catalogue.NONE,
            "MixedPrecision",
            "ActivationCheckpointing",
            "MixedPrecision,FusedAttention,LowPrecisionLayerNorm",
            "MixedPrecision,ChannelsLast");

    private static final int[] BATCHES = {8, 16};

    @Spec
    private CommandSpec spec;

    @Option(
            names = TABLE,
            description = "Check every workload with and without methods at two batch sizes: a quarter of an hour.")
    private boolean table;

    @Mixin
    private Outputs.JsonFile json;

    @Override
    public Integer call() throws Exception {
        if (table) {
            return checkAll();
        }
        throw WorkloadCommands.none(spec);
    }

    /** The errors of estimates for all named workloads, with and without methods. */
    private int checkAll() throws InterruptedException {
        List<CheckedEstimate> checks = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        PrintWriter out = spec.commandLine().getOut();
        out.println(EstimateRecord.TABLE_HEAD);
        for (Workload workload : NamedWorkloads.services().values()) {
            for (String written : METHODS) {
                for (int batch : BATCHES) {
                    try {
                        CheckedEstimate check = CheckedEstimate.of(
                                WorkloadSizes.with(workload, Map.of("batch", batch)), Catalogue.parse(written), false);
                        checks.add(check);
                        out.println(EstimateRecord.row(written, check));
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

    /** The median and the maximum of the absolute errors. */
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
        out.println(EstimateRecord.summary(what, median, worst));
        Map<String, Double> summary = new LinkedHashMap<>();
        summary.put("median", median);
        summary.put("worst", worst);
        return summary;
    }
}
