package org.vivace.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import ai.djl.training.TrainingConfig;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.Dataset;
import ai.djl.training.evaluator.Evaluator;
import ai.djl.training.loss.Loss;
import ai.djl.translate.TranslateException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.vivace.torch.FusedUpdate;
import org.vivace.train.SavedHeader.Place;
import org.vivace.train.TrainingRecord.Evaluation;

/** The loop of a {@link Training}. */
final class Fit {

    private static final long STEPS_ACROSS_DEVICES = 10;

    private final Training training;
    private final Loss loss;
    private final Dataset train;
    private final Optional<Dataset> test;
    private final LossCurve curve;
    private final List<Evaluation> evaluations = new ArrayList<>();
    private @Nullable EfficientTrainer opened;
    private double seconds;
    private long totalSteps;
    private long firstStep;
    private long epochStart;

    Fit(Training training, Loss loss, Dataset train, Optional<Dataset> test) {
        this.training = training;
        this.loss = loss;
        this.train = train;
        this.test = test;
        curve = new LossCurve(training.onStep.orElse(point -> {}));
    }

    TrainingRecord record() throws IOException, TranslateException {
        Training.Length length = training.length;
        totalSteps = length.epochs() > 0 ? length.epochs() * batches() : length.steps();
        RunSettings settings = totalSteps > 0 ? training.settings.steps(totalSteps) : training.settings;
        Progress progress =
                length.seconds() > 0 ? Progress.of(() -> seconds / length.seconds()) : Progress.of(settings);
        TrainingConfig config = training.config(loss, () -> run().progress());
        RunSettings read = training.onStep.isPresent() ? settings.readEvery(1) : settings;
        Start start = Start.of(training.model, config, read, training.recipe, progress);
        try (EfficientTrainer trainer = new EfficientTrainer(start)) {
            opened = trainer;
            return record(start);
        } finally {
            StockOptimizerState.of(config.getOptimizer()).ifPresent(StockOptimizerState::free);
        }
    }

    private EfficientTrainer trainer() {
        return Objects.requireNonNull(opened, "the trainer is opened before the first step");
    }

    private TrainingRecord record(Start start) throws IOException, TranslateException {
        training.initialize(trainer());
        Optional<Saves> saves = Optional.empty();
        if (training.saving.isPresent()) {
            Saves made = new Saves(training, training.saving.get(), start);
            made.load().ifPresent(this::goOnFrom);
            saves = Optional.of(made);
        }
        if (run().step() > 0) {
            // This evaluation was due when an interrupt ended the run.
            evaluateWhereDue();
        }
        boolean interrupted = steps(saves);
        readAll();
        if (!interrupted && lastEvaluation() < run().step()) {
            evaluate();
        }
        if (saves.isPresent()) {
            saves.get().save(place());
        }
        boolean cutShort = interrupted || Thread.currentThread().isInterrupted();
        return new TrainingRecord(run().step(), seconds, curve.points(), evaluations, endedLog(), cutShort);
    }

    private Place place() {
        return new Place(run().step(), epochStart, seconds, curve.points(), evaluations);
    }

    /** The log of the closed run, since methods may add notes while it closes. */
    private List<String> endedLog() {
        Run run = run();
        run.close();
        return run.log();
    }

    private Run run() {
        return trainer().run();
    }

    private void goOnFrom(Place place) {
        run().resumeAt(place.step());
        firstStep = place.step();
        epochStart = place.epochStart();
        seconds = place.seconds();
        curve.goOnFrom(place.curve());
        evaluations.addAll(place.evaluations());
    }

    private long batches() throws IOException, TranslateException {
        long count = 0;
        for (Batch batch : train.getData(training.model.getNDManager())) {
            batch.close();
            count++;
        }
        requireData(count);
        return count;
    }

    private static void requireData(long batches) {
        if (batches == 0) {
            throw new IllegalArgumentException("expected training data, got a data set without a single batch");
        }
    }

    /** @return true if the thread was interrupted */
    private boolean steps(Optional<Saves> saves) throws IOException, TranslateException {
        while (!done()) {
            Iterator<Batch> batches = epoch();
            while (!done() && batches.hasNext()) {
                if (Thread.currentThread().isInterrupted()) {
                    return true;
                }
                step(batches);
                afterStep(saves);
            }
            if (!batches.hasNext()) {
                requireData(run().step() - epochStart);
                epochStart = run().step();
            }
        }
        return false;
    }

    private boolean done() {
        return totalSteps > 0 ? run().step() >= totalSteps : seconds >= training.length.seconds();
    }

    /** The batches of this epoch that are still to come: all of them, unless the run was resumed in its middle. */
    private Iterator<Batch> epoch() throws IOException, TranslateException {
        run().seeds().forData(epochStart);
        NDManager manager = trainer().getManager();
        Iterator<Batch> batches = training.settings.prefetch()
                ? Prefetch.of(run(), manager, train::getData)
                : train.getData(manager).iterator();
        for (long skipped = epochStart; skipped < run().step() && batches.hasNext(); skipped++) {
            batches.next().close();
        }
        return batches;
    }

    private void step(Iterator<Batch> batches) {
        long begin = System.nanoTime();
        double preflight = run().preflightSeconds();
        long number = run().step();
        if (number > epochStart) {
            run().seeds().forLoading(number);
        }
        LossCurve.Step total;
        try (Batch batch = batches.next()) {
            List<Sample> samples = new Sample(batch.getData(), batch.getLabels()).parts(training.split.parts());
            Parts parts = new Parts(loss, training.split.parts(), number - firstStep < STEPS_ACROSS_DEVICES, run());
            total = new LossCurve.Step(number, samples.size());
            for (int i = 0; i < samples.size(); i++) {
                pass(samples.get(i).on(training.split.deviceOf(i)), batch, parts, total);
            }
            trainer().step();
        }
        seconds += (System.nanoTime() - begin) / 1e9 - (run().preflightSeconds() - preflight);
        curve.end(total, seconds);
    }

    /** The host may be ahead of a GPU by some steps, for which the training has not taken its time yet. */
    private void readAll() {
        if (run().findings().anyUnread()) {
            long begin = System.nanoTime();
            run().findings().readNoted();
            seconds += (System.nanoTime() - begin) / 1e9;
            curve.report();
        }
    }

    private void pass(Sample part, Batch batch, Parts parts, LossCurve.Step total) {
        long size = part.data().head().getShape().get(0);
        try (GradientCollector collector = trainer().newGradientCollector()) {
            NDList predictions = trainer().forward(part.data(), part.labels());
            NDArray value = trainer().getLoss().evaluate(part.labels(), predictions);
            double share = Parts.onePerExample(value, size)
                    ? 1
                    : (double) size / batch.getData().head().getShape().get(0);
            collector.backward(share == 1 ? value : scaled(value, share));
            NDArray plain = Parts.sum(trainer().plainLoss());
            parts.check(trainer().trainedLabels(), predictions, size, plain);
            run().findings().addLoss(plain, read -> total.add(read[0] * share));
        }
    }

    /** As {@code loss.mul(share)}, which would make the host wait until the device has its number. */
    private static NDArray scaled(NDArray loss, double share) {
        NDArray factor = loss.getManager().zeros(new Shape(), loss.getDataType(), loss.getDevice());
        FusedUpdate.fill(factor, share);
        return loss.mul(factor);
    }

    private void afterStep(Optional<Saves> saves) throws IOException, TranslateException {
        evaluateWhereDue();
        long every = training.saving.map(Saving::every).orElse(0L);
        if (saves.isPresent() && every > 0 && run().step() % every == 0) {
            readAll();
            saves.get().save(place());
        }
    }

    private void evaluateWhereDue() throws IOException, TranslateException {
        if (training.evaluateEvery > 0
                && run().step() % training.evaluateEvery == 0
                && lastEvaluation() < run().step()) {
            evaluate();
        }
    }

    /** The step after which the last evaluation was made; 0 if there was none. */
    private long lastEvaluation() {
        return evaluations.isEmpty()
                ? 0
                : evaluations.get(evaluations.size() - 1).step();
    }

    private void evaluate() throws IOException, TranslateException {
        if (test.isPresent()) {
            evaluate(test.get());
        }
    }

    private void evaluate(Dataset data) throws IOException, TranslateException {
        readAll();
        String key = "evaluation";
        training.evaluators.forEach(evaluator -> {
            evaluator.addAccumulator(key);
            evaluator.resetAccumulator(key);
        });
        run().seeds().forEvaluation(run().step());
        double total = 0;
        long examples = 0;
        for (Batch batch : data.getData(trainer().getManager())) {
            try (batch) {
                if (Thread.currentThread().isInterrupted()) {
                    return;
                }
                Sample sample = new Sample(batch.getData(), batch.getLabels()).on(run().device());
                NDList predictions = trainer().evaluate(sample.data());
                long size = sample.data().head().getShape().get(0);
                total += Parts.total(loss.evaluate(sample.labels(), predictions)) * size;
                examples += size;
                for (Evaluator evaluator : training.evaluators) {
                    evaluator.updateAccumulator(key, sample.labels(), predictions);
                }
            }
        }
        if (examples == 0) {
            throw new IllegalArgumentException("expected test data, got a data set without a single batch");
        }
        Map<String, Double> values = new LinkedHashMap<>();
        training.evaluators.forEach(
                evaluator -> values.put(evaluator.getName(), (double) evaluator.getAccumulator(key)));
        evaluations.add(new Evaluation(run().step(), seconds, total / examples, values));
    }
}
