package org.vivace.notebooks;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.vivace.measure.BenchRecord;
import org.vivace.measure.PairedTiming;
import org.vivace.report.Report;
import org.vivace.report.TextTable;
import org.vivace.train.EfficiencyMethod;
import picocli.CommandLine.Model.CommandSpec;

/** What {@code bench language}, {@code bench vision} and {@code bench classify} have in common. */
final class StepBench {

    private StepBench() {}

    static int run(
            CommandSpec spec,
            Workload workload,
            RecipeOptions recipe,
            TimingOptions timing,
            MemoryOptions memory,
            QualityOptions quality,
            JsonOption json)
            throws Exception {
        List<List<EfficiencyMethod>> recipes = recipe.recipes(workload);
        if (memory.only().isPresent()) {
            return StepMemories.tell(spec, workload, recipes, memory.only().getAsInt());
        }
        Optional<EarlierTrials> earlier = quality.check(workload);
        Path kept = timing.folder().resolve("record.json");
        return Interruption.keeping(() -> {
            BenchRecord record = measured(spec, workload, recipe, recipes, timing, memory, quality, earlier, kept);
            show(spec, record, timing.folder());
            json.write(record.toJson());
            return quality.answered(record) ? 0 : 1;
        });
    }

    private static BenchRecord measured(
            CommandSpec spec,
            Workload workload,
            RecipeOptions recipe,
            List<List<EfficiencyMethod>> recipes,
            TimingOptions timing,
            MemoryOptions memory,
            QualityOptions quality,
            Optional<EarlierTrials> earlier,
            Path kept) {
        try (ProgressBar bar = ProgressBar.on(timing.err())) {
            PairedTiming plan = timing.plan(bar);
            QualityRace.Saving saving = new QualityRace.Saving(
                    bar, soFar -> Uninterrupted.get(() -> soFar.asPartial().write(kept)));
            BenchRecord times =
                    StepTimes.measure(Invocation.of(spec), workload, Here.machine(), Here.device(), recipes, plan);
            saving.keep().accept(times);
            BenchRecord withMemory = memory.into(times, recipes, bar);
            saving.keep().accept(withMemory);
            return quality.race(workload, recipe.recipe(workload.recipe()), earlier, withMemory, saving);
        }
    }

    /** Writes record, table, plots and page into the folder and prints what a reader wants of them. */
    static void show(CommandSpec spec, BenchRecord record, Path folder) {
        Report report = Uninterrupted.get(() -> Report.write(record, folder));
        PrintWriter out = spec.commandLine().getOut();
        out.println();
        out.println(TextTable.of(record));
        out.println(Report.headline(record));
        if (!Report.race(record).isEmpty()) {
            out.println(Report.race(record));
        }
        record.notes().forEach(note -> out.println("Note: " + note + "."));
        report.obstacle().ifPresent(why -> out.println("No plots: " + why + "."));
        out.println(report.page().toAbsolutePath().normalize());
        out.flush();
    }
}
