package org.vivace.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import org.vivace.bench.CheckedEstimate;
import org.vivace.bench.EstimatedCost;
import org.vivace.estimate.Memory;
import org.vivace.estimate.RunCost;

/** Estimates in words, for a terminal. */
final class EstimateText {

    static final String TABLE_HEAD = String.format(
            Locale.ROOT, "%-12s %-52s %5s %8s %8s %8s", "workload", "methods", "batch", "FLOPs", "memory", "time");

    private static final double MIB = 1 << 20;
    private static final double GIGA = 1e9;

    private EstimateText() {}

    static List<String> lines(EstimatedCost cost) {
        Memory held = cost.memory();
        List<String> lines = new ArrayList<>(List.of(
                line("%s, batch %d, %s", cost.workload(), cost.batch(), recipe(cost)),
                line("parameters %,d", cost.parameters()),
                line(
                        "FLOPs      %.2f G forward, %.2f G backward",
                        cost.forwardFlops() / GIGA, cost.backwardFlops() / GIGA),
                line(
                        "memory     %.0f MiB at the peak: weights %.0f, gradients %.0f, optimiser %.0f, activations %.0f",
                        held.peak() / MIB,
                        held.weights() / MIB,
                        held.gradients() / MIB,
                        held.optimizerState() / MIB,
                        held.activations() / MIB),
                line(
                        "time       %.1f ms: forward %.1f, backward %.1f, update %.1f",
                        cost.stepSeconds() * 1e3,
                        cost.seconds().forward() * 1e3,
                        cost.seconds().backward() * 1e3,
                        cost.seconds().update() * 1e3)));
        cost.notes().forEach(note -> lines.add("Note: " + note + "."));
        return lines;
    }

    /** What was measured, and by how much the estimate was off. */
    static String measured(CheckedEstimate checked, CheckedEstimate.MeasuredCost measured) {
        return line(
                "measured   %.2f GFLOP (%+.1f %%), %.0f MiB (%+.1f %%), %.1f ms (%+.1f %%)",
                measured.flops() / GIGA,
                percent(checked.flopsError()),
                measured.peakBytes() / MIB,
                percent(checked.memoryError()),
                measured.stepSeconds() * 1e3,
                percent(checked.timeError()));
    }

    /** What a whole run takes. */
    static List<String> lines(RunCost run) {
        List<String> lines = new ArrayList<>();
        lines.add(line("run of %d steps: %.0f s, %.0f GFLOP", run.steps(), run.seconds(), run.flops() / GIGA));
        run.kilowattHours().ifPresent(energy -> lines.add(line("energy: %.3f kWh", energy)));
        run.money().ifPresent(money -> lines.add(line("cost: %.2f", money)));
        return lines;
    }

    private static double percent(OptionalDouble error) {
        return 100 * error.orElse(Double.NaN);
    }

    /** Of a table of errors. */
    static String row(String methods, CheckedEstimate checked) {
        return line(
                "%-12s %-52s %5d %+7.1f%% %+7.1f%% %+7.1f%%%s",
                checked.estimate().workload(),
                methods,
                checked.estimate().batch(),
                percent(checked.flopsError()),
                percent(checked.memoryError()),
                percent(checked.timeError()),
                checked.estimate().seconds().doubted() > 0 ? "  time in doubt: the machine was busy" : "");
    }

    static String row(CheckedEstimate checked) {
        return row(recipe(checked.estimate()), checked);
    }

    /** @param what the error is of */
    static String summary(String what, double median, double worst) {
        return line("error of %s: median %.1f %%, worst %.1f %%", what, 100 * median, 100 * worst);
    }

    private static String recipe(EstimatedCost cost) {
        return cost.methods().isEmpty() ? "no methods" : String.join(" + ", cost.methods());
    }

    private static String line(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
