package org.vivace.notebooks;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import org.vivace.measure.BenchRecord;
import org.vivace.report.Report;
import org.vivace.report.TextTable;
import org.vivace.train.EfficiencyMethod;
import picocli.CommandLine.Model.CommandSpec;

/** What {@code bench language} and {@code bench vision} have in common. */
final class StepBench {

    private StepBench() {}

    static int run(CommandSpec spec, Workload workload, RecipeOptions recipe, TimingOptions timing, JsonOption json) {
        List<List<EfficiencyMethod>> recipes = recipe.recipes(workload);
        BenchRecord record;
        try (ProgressBar bar = ProgressBar.on(timing.err())) {
            record = StepTimes.measure(
                    Invocation.of(spec), workload, Here.machine(), Here.device(), recipes, timing.plan(bar));
        }
        finish(spec, record, timing.folder(), json);
        return 0;
    }

    /** Writes what was measured and prints it. */
    static void finish(CommandSpec spec, BenchRecord record, Path folder, JsonOption json) {
        json.write(record.toJson());
        Report report = Report.write(record, folder);
        PrintWriter out = spec.commandLine().getOut();
        out.println();
        out.println(TextTable.of(record));
        out.println(Report.headline(record));
        record.notes().forEach(note -> out.println("Note: " + note + "."));
        report.obstacle().ifPresent(why -> out.println("No plots: " + why + "."));
        out.println(report.page().toAbsolutePath().normalize());
        out.flush();
    }
}
