package org.vivace.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.vivace.bench.CheckedEstimate;
import org.vivace.bench.Estimated;
import org.vivace.bench.EstimatedCost;
import org.vivace.bench.LocalMachine;
import org.vivace.bench.Workload;
import org.vivace.estimate.OperationTimes;
import org.vivace.estimate.RunCost;
import org.vivace.measure.RecordFile;
import org.vivace.train.Catalogue;
import org.vivace.train.EfficiencyMethod;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** {@code estimate WORKLOAD}. */
@Command(
        description = "FLOPs, memory and time of a step before it runs, and how far off that is.",
        mixinStandardHelpOptions = true)
final class EstimateWorkloadCommand implements Callable<Integer> {

    private final SizeOptions sizes;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--methods",
            paramLabel = "A,B(0.3),C",
            description = "The methods to count in; 'vivace methods' lists them (default: none, plain DJL).")
    private String written = Catalogue.NONE;

    @Option(names = "--inference", description = "A forward pass instead of a training step.")
    private boolean inference;

    @Option(names = "--check", description = "Run it too, and tell how far off the estimate is.")
    private boolean check;

    @Option(
            names = "--memory",
            paramLabel = "MIB",
            description = "Also find the largest batch that fits so much memory.")
    private Long memory;

    @Mixin
    private RunCostOptions costs;

    @Mixin
    private JsonOption json;

    EstimateWorkloadCommand(SizeOptions sizes) {
        this.sizes = sizes;
    }

    @Override
    public Integer call() throws Exception {
        requireNothingBefore();
        costs.check();
        OptionRange.require(spec, memory == null || memory >= 1, "--memory", "at least 1", memory);
        Workload workload = sizes.workload(spec);
        List<EfficiencyMethod> methods = RecipeOptions.parse(spec, written);
        OperationTimes times = LocalMachine.operationTimes();
        Estimated estimated = Estimated.of(workload, methods, inference, times);
        Map<String, Object> extras = new LinkedHashMap<>();
        EstimatedCost cost = estimated.cost();
        EstimateText.lines(cost).forEach(line -> say("%s", line));
        if (memory != null) {
            long fits = estimated.estimator().largestBatch(memory << 20);
            say("largest batch in %d MiB: %d", memory, fits);
            extras.put("largestBatch", fits);
        }
        if (costs.given()) {
            List<String> doubts = new ArrayList<>();
            RunCost run = costs.of(estimated, workload, times, doubts::add);
            EstimateText.lines(run).forEach(line -> say("%s", line));
            Map<String, Object> told = RunCostOptions.toMap(run);
            if (!doubts.isEmpty()) {
                say("Note on the run: %s.", doubts.get(0));
                told.put("doubt", doubts.get(0));
            }
            extras.put("run", told);
        }
        Map<String, Object> all = new LinkedHashMap<>();
        all.put(RecordFile.KIND, EstimateRecord.KIND);
        if (check) {
            CheckedEstimate checked = CheckedEstimate.of(workload, methods, inference);
            CheckedEstimate.MeasuredCost measured = checked.measured().orElseThrow();
            say("%s", EstimateText.measured(checked, measured));
            all.put("estimate", checked.estimate());
            all.put("measured", measured);
            all.put("flopsError", checked.flopsError());
            all.put("memoryError", checked.memoryError());
            all.put("timeError", checked.timeError());
        } else {
            all.put("estimate", cost);
        }
        all.putAll(extras);
        all.put("machine", LocalMachine.machine());
        json.writeValue(all);
        return 0;
    }

    /** Options of the command above this one stand before the workload, where this one does not see them. */
    private void requireNothingBefore() {
        ParseResult above = spec.parent().commandLine().getParseResult();
        if (above.hasMatchedOption(EstimateCommand.TABLE)) {
            throw new ParameterException(
                    spec.commandLine(),
                    EstimateCommand.TABLE + " goes through all workloads, got " + spec.name()
                            + " too: leave one of them out");
        }
        if (above.hasMatchedOption(Outputs.FILE)) {
            throw new ParameterException(
                    spec.commandLine(),
                    Outputs.FILE + " must come after the workload, got it before " + spec.name()
                            + ": move it to the end");
        }
    }

    private void say(String format, Object... values) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(String.format(Locale.ROOT, format, values));
        out.flush();
    }
}
