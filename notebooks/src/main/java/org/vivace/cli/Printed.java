package org.vivace.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.OptionalDouble;
import org.vivace.bench.LearningRateSearch;
import org.vivace.measure.BenchRecord;
import org.vivace.measure.Figures;
import org.vivace.measure.TuningRecord;
import org.vivace.measure.TuningRecord.Rated;
import org.vivace.profile.ProfileRecord;
import org.vivace.report.ProfileReport;
import org.vivace.report.Report;
import org.vivace.report.TextTable;
import picocli.CommandLine.Model.CommandSpec;

/** Prints records, for the commands that make them and for the one that reads them. */
final class Printed {

    private Printed() {}

    /** Writes record, table, plots and page into the folder and prints a summary. */
    static void bench(CommandSpec spec, BenchRecord record, Path folder) {
        Report report = Interruption.shielded(() -> Report.write(record, folder));
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

    /** Prints a summary of the record, and where the rest was written. */
    static void profile(CommandSpec spec, ProfileRecord record, ProfileReport report) {
        PrintWriter out = spec.commandLine().getOut();
        out.println();
        out.println(ProfileReport.text(record));
        report.obstacle().ifPresent(why -> out.println("No plots: " + why + "."));
        out.println(report.page().toAbsolutePath().normalize());
        report.trace().ifPresent(trace -> out.println(trace.toAbsolutePath().normalize() + " opens in Perfetto"));
        out.flush();
    }

    static void tuning(CommandSpec spec, TuningRecord record) {
        PrintWriter out = spec.commandLine().getOut();
        out.printf(Locale.ROOT, "%-16s %s%n", "learning rate", record.measure().name());
        for (Rated each : record.rates()) {
            String quality = each.trial()
                    .map(trial -> Figures.fixed(trial.finalQuality(), 4))
                    .orElse("diverged");
            boolean best = record.best().equals(OptionalDouble.of(each.learningRate()));
            out.printf(Locale.ROOT, "%-16s %s%s%n", each.learningRate(), quality, best ? "  best" : "");
        }
        if (record.rates().isEmpty()) {
            out.println("No training was completed.");
        } else if (record.best().isEmpty()) {
            out.println("Every rate diverged: give a workload with a lower learning rate, or fewer steps.");
        }
        if (LearningRateSearch.next(record.measure(), record.rates()).isPresent()
                && record.best().isPresent()) {
            out.println("The best rate is at the edge of those tried, so a better one may lie beyond it.");
        }
        if (record.partial()) {
            out.println("The search was interrupted, so these are its results so far.");
        }
        out.flush();
    }
}
