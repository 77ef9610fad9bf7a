package org.vivace.notebooks;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.vivace.measure.Atomically;
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
            JsonOption json) {
        List<List<EfficiencyMethod>> recipes = recipe.recipes(workload);
        if (memory.only().isPresent()) {
            return StepMemories.tell(spec, workload, recipes, memory.only().getAsInt());
        }
        Optional<EarlierTrials> earlier = quality.check(workload);
        // An hour's measurement must not end at a place that cannot be written to.
        Path kept = timing.folder().resolve("record.json");
        Atomically.requireWritable(kept);
        json.check();
        BenchRecord record;
        try (ProgressBar bar = ProgressBar.on(timing.err())) {
            PairedTiming plan = timing.plan(bar);
            QualityRace.Saving saving = new QualityRace.Saving(
                    bar, soFar -> Uninterrupted.get(() -> soFar.asPartial().write(kept)));
            BenchRecord times =
                    StepTimes.measure(Invocation.of(spec), workload, Here.machine(), Here.device(), recipes, plan);
            saving.keep().accept(times);
            BenchRecord withMemory = memory.into(times, recipes, bar);
            saving.keep().accept(withMemory);
            record = quality.race(workload, recipe.recipe(workload.recipe()), earlier, withMemory, saving);
        }
        show(spec, record, timing.folder());
        json.write(record.toJson());
        return quality.answered(record) ? 0 : 1;
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
