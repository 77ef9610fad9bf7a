package org.vivace.profile;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.Dataset;
import ai.djl.training.listener.EvaluatorTrainingListener;
import ai.djl.training.listener.TrainingListener.BatchData;
import ai.djl.translate.TranslateException;
import java.io.IOException;
import java.util.Collections;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.vivace.torch.BackwardTape;
import org.vivace.trace.StepPhase;

/** One training step as DJL's {@code EasyTrain} makes it, in the trainer's own pieces and order, on the user's data. */
final class TrainerStep {

    /** Notified when a step enters and leaves a phase. */
    interface PhaseWatch {

        /** The end of a phase, which comes also where the phase fails. */
        @FunctionalInterface
        interface End extends AutoCloseable {
            @Override
            void close();
        }

        /** Nothing is watched. */
        PhaseWatch NONE = phase -> () -> {};

        End in(StepPhase phase);

        /** @param what does the work of this phase, where several things in turn do */
        default End in(StepPhase phase, String what) {
            return in(phase);
        }
    }

    /** A step that says when it enters and leaves its phases. */
    @FunctionalInterface
    interface Watched {
        void run(PhaseWatch at) throws IOException, TranslateException;
    }

    /** What runs within a phase and returns what it made. */
    @FunctionalInterface
    private interface Work<T> {
        T get() throws IOException, TranslateException;
    }

    private final Trainer trainer;
    private final Dataset dataset;
    private Iterator<Batch> batches = Collections.emptyIterator();
    private Consumer<Batch> onBatch = batch -> {};

    TrainerStep(Trainer trainer, Dataset dataset) {
        this.trainer = trainer;
        this.dataset = dataset;
    }

    /** Looks at each batch before it is trained on. */
    void onBatch(Consumer<Batch> look) {
        onBatch = look;
    }

    void run(PhaseWatch at) throws IOException, TranslateException {
        Batch batch = in(at, StepPhase.DATA, this::next)
                .orElseThrow(() -> new IllegalArgumentException(
                        "expected a data set with at least one batch, got none: give it data, or drop no last batch"));
        try {
            onBatch.accept(batch);
            BatchData seen = new BatchData(batch, new ConcurrentHashMap<>(), new ConcurrentHashMap<>());
            Batch here = in(at, StepPhase.HOST_TO_DEVICE, () -> batch.split(trainer.getDevices(), false)[0]);
            train(here, seen, at);
            trainer.notifyListeners(listener -> {
                StepPhase phase =
                        listener instanceof EvaluatorTrainingListener ? StepPhase.EVALUATION : StepPhase.LISTENERS;
                try (PhaseWatch.End end = at.in(phase, listener.getClass().getSimpleName())) {
                    listener.onTrainingBatch(trainer, seen);
                } catch (RuntimeException e) {
                    throw failed(phase, e);
                }
            });
            run(at, StepPhase.OPTIMIZER, trainer::step);
        } finally {
            try (PhaseWatch.End end = at.in(StepPhase.RELEASE)) {
                batch.close();
            }
        }
    }

    private void train(Batch batch, BatchData seen, PhaseWatch at) throws IOException, TranslateException {
        NDList labels = batch.getLabels();
        try (GradientCollector collector = trainer.newGradientCollector()) {
            NDList predictions = in(at, StepPhase.FORWARD, () -> trainer.forward(batch.getData(), labels));
            long begin = System.nanoTime();
            NDArray loss = in(at, StepPhase.LOSS, () -> trainer.getLoss().evaluate(labels, predictions));
            run(at, StepPhase.BACKWARD, () -> {
                collector.backward(loss);
                BackwardTape.continueBackward();
            });
            trainer.addMetric("backward", begin);
            seen.getLabels().put(labels.get(0).getDevice(), labels);
            seen.getPredictions().put(predictions.get(0).getDevice(), predictions);
        }
    }

    /** Nothing where the data set is empty. */
    private Optional<Batch> next() throws IOException, TranslateException {
        if (!batches.hasNext()) {
            batches = trainer.iterateDataset(dataset).iterator();
        }
        return batches.hasNext() ? Optional.of(batches.next()) : Optional.empty();
    }

    private static void run(PhaseWatch at, StepPhase phase, Runnable work) {
        try (PhaseWatch.End end = at.in(phase)) {
            work.run();
        } catch (RuntimeException e) {
            throw failed(phase, e);
        }
    }

    private static <T> T in(PhaseWatch at, StepPhase phase, Work<T> work) throws IOException, TranslateException {
        try (PhaseWatch.End end = at.in(phase)) {
            return work.get();
        } catch (RuntimeException e) {
            throw failed(phase, e);
        }
    }

    private static StepFailedException failed(StepPhase phase, RuntimeException cause) {
        return cause instanceof StepFailedException already ? already : new StepFailedException(phase, cause);
    }
}
