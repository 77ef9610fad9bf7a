package org.vivace.notebooks;

import ai.djl.Model;
import ai.djl.training.dataset.Batch;
import ai.djl.translate.TranslateException;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.vivace.measure.Calibration;
import org.vivace.methods.Catalogue;
import org.vivace.profile.InferenceProfile;
import org.vivace.profile.Operators;
import org.vivace.profile.Profile;
import org.vivace.profile.ProfileRecord;
import org.vivace.profile.Profiler;
import org.vivace.profile.StepVerdict;
import org.vivace.report.ProfileReport;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.Recipe;
import picocli.CommandLine.Model.CommandSpec;

/** What the profiles of the three workloads have in common. */
final class WorkloadProfile {

    private static final long SEED = 7;
    private static final int CELL_STEPS = 8;
    private static final List<EfficiencyMethod> CATALOGUE =
            Catalogue.all().stream().map(Catalogue.Entry::byDefault).toList();

    private WorkloadProfile() {}

    static int run(CommandSpec spec, Workload workload, ProfileOptions options, JsonOption json)
            throws IOException, TranslateException {
        List<EfficiencyMethod> methods = options.methods();
        boolean check = options.check();
        Measured measured;
        try (ProgressBar bar = ProgressBar.on(spec.commandLine().getErr())) {
            String command = Invocation.of(spec);
            bar.show(0, Duration.ZERO, "calibration");
            Calibration machine = Calibrated.here(Here.device(), options.calibrate());
            measured = measure(command, workload, methods, options.steps(), options.inference(), machine, bar);
            if (check) {
                StepVerdict verdict = measured.record().verdict();
                ProfileRecord checked =
                        measured.record().withCheck(RemedyCheck.of(command, workload, Here.device(), verdict, bar));
                measured = new Measured(checked, measured.operators());
            }
        }
        Measured found = measured;
        show(
                spec,
                found.record(),
                Uninterrupted.get(
                        () -> ProfileReport.write(found.record(), Optional.of(found.operators()), options.folder())));
        json.write(found.record().toJson());
        return 0;
    }

    /**
     * The profile that a cell asks for, in fewer steps than a command's.
     *
     * @param methods none for plain DJL
     */
    static ProfileRecord of(String command, Workload workload, List<EfficiencyMethod> methods, ProgressBar bar) {
        try {
            bar.show(0, Duration.ZERO, "calibration");
            Calibration machine = Calibrated.here(Here.device(), false);
            List<EfficiencyMethod> recipe = methods.isEmpty() ? null : methods;
            return measure(command, workload, recipe, CELL_STEPS, false, machine, bar)
                    .record();
        } catch (IOException | TranslateException e) {
            throw new IllegalStateException("the data of " + workload.name() + " could not be read: " + e, e);
        }
    }

    /** What there is to keep of a profile. */
    private record Measured(ProfileRecord record, Operators operators) {}

    /** @param methods null for plain DJL */
    private static Measured measure(
            String command,
            Workload workload,
            List<EfficiencyMethod> methods,
            int steps,
            boolean inference,
            Calibration machine,
            ProgressBar bar)
            throws IOException, TranslateException {
        Arm.Rate rate = progress -> workload.learningRate();
        try (Arm arm = methods == null
                ? Arm.plain(workload, Here.device(), rate, SEED)
                : Arm.with(workload, Here.device(), methods, rate, SEED)) {
            List<String> notes = new ArrayList<>();
            if (StepTimes.changes(arm).size() > 1) {
                notes.add("what the methods' schedules change over a run is as at its end");
            }
            Profile profile = Profiler.of(arm.at(1).trainer())
                    .steps(steps)
                    .reportingTo(at -> bar.show(at.share(), at.left(), at.phase() + ": " + at.variant()))
                    .judgedBy(machine, CATALOGUE)
                    .run(workload.train());
            notes.addAll(profile.notes());
            arm.run().ifPresent(run -> notes.addAll(run.log()));
            ProfileRecord record = ProfileRecord.of(command, workload.name(), Here.machine(), profile)
                    .withSettings(workload.settings())
                    .withNotes(notes);
            if (inference) {
                bar.show(1, Duration.ZERO, "predictions: ");
                record =
                        record.withInference(predictions(workload, arm.trainer().getModel()));
            }
            return new Measured(
                    methods == null
                            ? record
                            : record.withMethods(Recipe.of(methods).labels()),
                    profile.operators());
        }
    }

    /** Predictions for single examples of the held-out data, by the model as the methods have changed it. */
    private static InferenceProfile predictions(Workload workload, Model model) throws IOException, TranslateException {
        List<ExampleTranslator.Example> examples;
        try (Batch batch =
                workload.validation().getData(model.getNDManager()).iterator().next()) {
            examples = ExampleTranslator.examples(batch);
        }
        return Profiler.inference(model, new ExampleTranslator()).run(examples);
    }

    /** Prints what a reader wants of the record, and where the rest was written. */
    static void show(CommandSpec spec, ProfileRecord record, ProfileReport report) {
        PrintWriter out = spec.commandLine().getOut();
        out.println();
        out.println(ProfileReport.text(record));
        report.obstacle().ifPresent(why -> out.println("No plots: " + why + "."));
        out.println(report.page().toAbsolutePath().normalize());
        report.trace().ifPresent(trace -> out.println(trace.toAbsolutePath().normalize() + " opens in Perfetto"));
        out.flush();
    }
}
