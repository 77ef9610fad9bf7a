package org.vivace.notebooks;

import ai.djl.Device;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.vivace.estimate.OperationTimes;
import org.vivace.estimate.RunCost;
import org.vivace.train.EfficiencyMethod;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "estimate",
        description = "What a training step costs before it runs: FLOPs, memory and time; --check runs it and tells the"
                + " error. The first time, operations are timed one by one, for some seconds.",
        mixinStandardHelpOptions = true)
final class EstimateCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(
            arity = "0..1",
            paramLabel = "WORKLOAD",
            description =
                    "language, vision, classify, or a model of DJL's zoo: bert, mlp, mobilenetv2, resnet50, vgg11.")
    private String name;

    @Option(names = "--batch", paramLabel = "N", description = "Rows in a batch (default: 16).")
    private long batch = 16;

    @Option(names = "--image", paramLabel = "N", description = "Side of the zoo's images (default: 64).")
    private long image = 64;

    @Option(
            names = "--methods",
            paramLabel = "A,B(0.3),C",
            description = "The methods to count in; 'vivace methods' lists them (default: none, plain DJL).")
    private String written = RecipeOptions.NONE;

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

    @Option(
            names = "--table",
            description = "Check every workload with and without methods at two batch sizes: a quarter of an hour.")
    private boolean table;

    @Option(names = EstimateMeasurement.OPTION, hidden = true, description = "What the fresh JVMs are asked for.")
    private boolean onlyMeasureMemory;

    @Mixin
    private JsonOption json;

    @Override
    public Integer call() throws Exception {
        Device device = Here.device();
        if (table) {
            requireNoWorkload();
            return EstimateTable.run(spec, device, json);
        }
        OptionRange.require(spec, batch >= 1, "--batch", "at least 1", batch);
        OptionRange.require(spec, image >= 1, "--image", "at least 1", image);
        costs.check();
        OptionRange.require(spec, memory == null || memory >= 1, "--memory", "at least 1", memory);
        EstimateSubject subject = subject();
        List<EfficiencyMethod> methods = RecipeOptions.parse(spec, written);
        if (onlyMeasureMemory) {
            PrintWriter out = spec.commandLine().getOut();
            out.println(EstimateMeasurement.toLine(EstimateMeasurement.peakBytes(subject, device, methods, inference)));
            out.flush();
            return 0;
        }
        OperationTimes times = Estimated.times(device);
        Estimated estimated = Estimated.of(subject, methods, inference, times);
        Map<String, Object> extras = new LinkedHashMap<>();
        EstimatedCost cost = EstimatedCost.of(estimated);
        EstimateText.lines(cost).forEach(line -> say("%s", line));
        if (memory != null) {
            long fits = estimated.estimator().largestBatch(memory << 20);
            say("largest batch in %d MiB: %d", memory, fits);
            extras.put("largestBatch", fits);
        }
        if (costs.given()) {
            List<String> doubts = new ArrayList<>();
            RunCost run = costs.of(estimated, times, doubts::add);
            EstimateText.lines(run).forEach(line -> say("%s", line));
            Map<String, Object> told = RunCostOptions.toMap(run);
            if (!doubts.isEmpty()) {
                say("Note on the run: %s.", doubts.get(0));
                told.put("doubt", doubts.get(0));
            }
            extras.put("run", told);
        }
        Map<String, Object> all = new LinkedHashMap<>();
        if (check) {
            CheckedEstimate checked = EstimateCheck.of(estimated, device, methods, inference, memoryOnly())
                    .toRecord();
            say("%s", EstimateText.measured(checked));
            all.put("estimate", checked.estimate());
            all.put("measured", checked.measured());
            all.put("flopsError", checked.flopsError());
            all.put("memoryError", checked.memoryError());
            all.put("timeError", checked.timeError());
        } else {
            all.put("estimate", cost);
        }
        all.putAll(extras);
        all.put("machine", Here.machine());
        json.writeValue(all);
        return 0;
    }

    private void requireNoWorkload() {
        if (name != null) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--table goes through all workloads, got " + name + " too: leave one of them out");
        }
    }

    private EstimateSubject subject() {
        if (name == null) {
            throw new ParameterException(
                    spec.commandLine(), "expected a workload, got none: " + String.join(", ", EstimateSubject.names()));
        }
        try {
            return EstimateSubject.named(name, batch, image);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private List<String> memoryOnly() {
        return memoryOnly(name, batch, image, written, inference);
    }

    /** What a fresh JVM is told to measure the memory of one model. */
    static List<String> memoryOnly(String name, long batch, long image, String methods, boolean inference) {
        List<String> arguments = new ArrayList<>(List.of(
                "estimate",
                name,
                "--batch",
                Long.toString(batch),
                "--image",
                Long.toString(image),
                "--methods",
                methods,
                EstimateMeasurement.OPTION));
        if (inference) {
            arguments.add("--inference");
        }
        return arguments;
    }

    private void say(String format, Object... values) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(String.format(Locale.ROOT, format, values));
        out.flush();
    }
}
