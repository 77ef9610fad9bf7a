package org.vivace.cli;

import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import org.vivace.bench.CheckedEstimate;
import org.vivace.bench.DeviceCost;
import org.vivace.bench.Estimated;
import org.vivace.bench.EstimatedCost;
import org.vivace.bench.LocalMachine;
import org.vivace.bench.Workload;
import org.vivace.estimate.OperationTimes;
import org.vivace.estimate.RunCost;
import org.vivace.estimate.StepTime;
import org.vivace.measure.RecordFile;
import org.vivace.train.EfficiencyMethod;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** {@code estimate WORKLOAD}. */
@Command(description = "FLOPs, memory and time of a step before it runs, and the error of that estimate.")
final class EstimateWorkloadCommand extends WorkloadCommand {

    /** The length of a run, and the machine's power and price. */
    static final class RunOptions {

        @Option(names = "--steps", paramLabel = "N", description = "Also the cost of a run of N steps.")
        private Long steps;

        @Option(names = "--watts", paramLabel = "W", description = "Power of the machine, for the energy of the run.")
        private Double watts;

        @Option(names = "--price", paramLabel = "X", description = "Price of an hour, for the cost of the run.")
        private Double price;

        private void check(CommandSpec command) {
            OptionRange.require(command, steps == null || steps >= 1, "--steps", "at least 1", steps);
            OptionRange.require(command, watts == null || watts >= 0, "--watts", "at least 0", watts);
            OptionRange.require(command, price == null || price >= 0, "--price", "at least 0", price);
        }

        /** @param doubt receives why a time behind the cost may be wrong */
        private RunCost cost(Estimated estimated, Workload workload, OperationTimes times, Consumer<String> doubt) {
            Optimizer optimizer = workload.optimizer(Tracker.fixed((float) workload.learningRate()));
            return RunCost.of(
                    estimated.estimator(),
                    steps,
                    estimate -> {
                        StepTime time = times.of(estimate, optimizer);
                        time.doubt().ifPresent(doubt);
                        return time.total();
                    },
                    watts == null ? OptionalDouble.empty() : OptionalDouble.of(watts),
                    price == null ? OptionalDouble.empty() : OptionalDouble.of(price));
        }
    }

    @Mixin
    private MethodsOption recipe;

    @Option(names = "--inference", description = "A forward pass instead of a training step.")
    private boolean inference;

    @Option(names = "--check", description = "Run it too, and report the estimate's error.")
    private boolean check;

    @Option(names = "--memory", paramLabel = "MIB", description = "Also find the largest batch that fits this memory.")
    private Long memory;

    @Option(names = "--devices", paramLabel = "N", description = "Also each device's part of a step, if N share it.")
    private Integer devices;

    @Mixin
    private RunOptions run;

    EstimateWorkloadCommand(SizeOptions sizes) {
        super(sizes);
    }

    @Override
    public Integer call() throws Exception {
        requireNothingBefore();
        run.check(spec());
        OptionRange.require(spec(), memory == null || memory >= 1, "--memory", "at least 1", memory);
        OptionRange.require(spec(), devices == null || devices >= 1, "--devices", "at least 1", devices);
        if (devices != null && inference) {
            throw new ParameterException(
                    spec().commandLine(), "--devices is of a training step, and --inference of none: leave out one");
        }
        Workload workload = workload();
        List<EfficiencyMethod> methods = recipe.methods();
        OperationTimes times = LocalMachine.operationTimes();
        Estimated estimated = Estimated.of(workload, methods, inference, times);
        Map<String, Object> extras = new LinkedHashMap<>();
        EstimatedCost cost = estimated.cost();
        EstimateRecord.lines(cost).forEach(line -> say("%s", line));
        if (memory != null) {
            long fits = estimated.estimator().largestBatch(memory << 20);
            say("largest batch in %d MiB: %d", memory, fits);
            extras.put("largestBatch", fits);
        }
        if (devices != null) {
            OptionRange.require(
                    spec(), devices <= cost.batch(), "--devices", "at most the batch, " + cost.batch(), devices);
            List<DeviceCost> costs = DeviceCost.of(estimated, devices, times);
            EstimateRecord.lines(costs).forEach(line -> say("%s", line));
            extras.put("devices", costs);
        }
        if (run.steps != null) {
            List<String> doubts = new ArrayList<>();
            RunCost runCost = run.cost(estimated, workload, times, doubts::add);
            EstimateRecord.lines(runCost).forEach(line -> say("%s", line));
            Map<String, Object> reported = toMap(runCost);
            if (!doubts.isEmpty()) {
                say("Note on the run: %s.", doubts.get(0));
                reported.put("doubt", doubts.get(0));
            }
            extras.put("run", reported);
        }
        Map<String, Object> all = new LinkedHashMap<>();
        all.put(RecordFile.KIND, EstimateRecord.KIND);
        all.put("estimate", cost);
        if (check) {
            CheckedEstimate checked = CheckedEstimate.of(workload, methods, inference, estimated);
            CheckedEstimate.MeasuredCost measured = checked.measured().orElseThrow();
            say("%s", EstimateRecord.measured(checked, measured));
            all.put("measured", measured);
            all.put("flopsError", checked.flopsError());
            all.put("memoryError", checked.memoryError());
            all.put("timeError", checked.timeError());
        }
        all.putAll(extras);
        all.put("machine", LocalMachine.machine());
        json().writeValue(all);
        return 0;
    }

    /** Options of the parent command precede the workload, where this command does not see them. */
    private void requireNothingBefore() {
        ParseResult above = spec().parent().commandLine().getParseResult();
        if (above.hasMatchedOption(EstimateCommand.TABLE)) {
            throw new ParameterException(
                    spec().commandLine(),
                    EstimateCommand.TABLE + " covers all workloads, got " + spec().name() + " too: omit one of them");
        }
        if (above.hasMatchedOption(Outputs.FILE)) {
            throw new ParameterException(
                    spec().commandLine(),
                    Outputs.FILE + " must come after the workload, got it before " + spec().name()
                            + ": move it to the end");
        }
    }

    private void say(String format, Object... values) {
        PrintWriter out = spec().commandLine().getOut();
        out.println(String.format(Locale.ROOT, format, values));
        out.flush();
    }

    /** For JSON, without values that were not requested. */
    private static Map<String, Object> toMap(RunCost cost) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("steps", cost.steps());
        map.put("seconds", cost.seconds());
        map.put("flops", cost.flops());
        cost.kilowattHours().ifPresent(energy -> map.put("kilowattHours", energy));
        cost.money().ifPresent(money -> map.put("money", money));
        return map;
    }
}
