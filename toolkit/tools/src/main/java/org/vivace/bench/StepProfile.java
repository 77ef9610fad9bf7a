package org.vivace.bench;

import ai.djl.Model;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.Dataset;
import ai.djl.translate.TranslateException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.vivace.measure.Calibration;
import org.vivace.profile.InferenceProfile;
import org.vivace.profile.Profile;
import org.vivace.profile.ProfileRecord;
import org.vivace.profile.Profiler;
import org.vivace.profile.StepVerdict;
import org.vivace.trace.Operators;
import org.vivace.train.Catalogue;
import org.vivace.train.CatalogueEntry;

/** The profile of a step of an arm. */
public final class StepProfile {

    private static final long SEED = 7;

    private StepProfile() {}

    /** The results of a profile. */
    public record Measured(ProfileRecord record, Operators operators) {}

    /** @throws UncheckedIOException if the data cannot be read */
    static Measured measure(String command, Workload workload, Arm side, ProfilePlan plan, ProgressBar bar) {
        try (ArmTrainer arm =
                ArmTrainer.of(workload, LocalMachine.device(), side, progress -> workload.learningRate(), SEED)) {
            Calibration machine = Calibrated.here(LocalMachine.device(), plan.calibrate());
            List<String> notes = new ArrayList<>();
            if (StepTimes.changes(arm).size() > 1) {
                notes.add("the methods' schedules are taken at the end of the run");
            }
            Profile profile = Profiler.of(arm.at(1).trainer())
                    .steps(plan.steps())
                    .reportingTo(at -> bar.show(at.share(), at.left(), at.phase() + ": " + at.variant()))
                    .withVerdict(
                            machine,
                            Catalogue.all().stream()
                                    .map(CatalogueEntry::byDefault)
                                    .toList())
                    .run(workload.train());
            notes.addAll(profile.notes());
            arm.run().ifPresent(run -> notes.addAll(run.log()));
            ProfileRecord record = ProfileRecord.of(command, workload.name(), LocalMachine.machine(), profile)
                    .withSettings(workload.settings())
                    .withNotes(notes);
            StepVerdict verdict = profile.verdict().orElseThrow();
            Operators operators = profile.operators().orElseThrow();
            if (plan.inference()) {
                bar.show(1, Duration.ZERO, "predictions: ");
                record = record.withInference(
                        Optional.of(predictions(workload, arm.trainer().getModel())));
            }
            if (plan.check()) {
                record = record.withCheck(RemedyCheck.of(command, workload, LocalMachine.device(), verdict, bar));
            }
            // Stock DJL has no methods; Vivace's trainer without any is named as such.
            return new Measured(side.recipe().isPresent() ? record.withMethods(side.labels()) : record, operators);
        } catch (IOException e) {
            throw new UncheckedIOException("the data of " + workload.name() + " could not be read: " + e, e);
        } catch (TranslateException e) {
            throw new IllegalStateException("the data of " + workload.name() + " could not be read: " + e, e);
        }
    }

    /** Predictions for single examples, from held-out data if there are any, by the model as changed by the methods. */
    private static InferenceProfile predictions(Workload workload, Model model) throws IOException, TranslateException {
        List<ExampleTranslator.Example> examples;
        Dataset data = workload.validation().orElseGet(workload::train);
        Iterator<Batch> batches =
                Batches.of(workload, data, model.getNDManager()).iterator();
        if (!batches.hasNext()) {
            throw Batches.none(workload);
        }
        try (Batch batch = batches.next()) {
            examples = ExampleTranslator.examples(batch);
        }
        return Profiler.inference(model, new ExampleTranslator()).run(examples);
    }
}
