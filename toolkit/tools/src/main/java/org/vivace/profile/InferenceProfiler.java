package org.vivace.profile;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.translate.TranslateException;
import ai.djl.translate.Translator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.CancellationException;
import org.vivace.measure.Statistics;
import org.vivace.train.Surgery;

/**
 * Finds out what predictions take, through DJL's {@code Predictor} with the translator that the application uses:
 *
 * <pre>{@code
 * InferenceProfile profile = Profiler.inference(model, translator).run(inputs);
 * }</pre>
 *
 * The first prediction by itself, then single ones on one thread with their parts, then each batch size on each number
 * of threads, then the blocks.
 */
public final class InferenceProfiler<I, O> {

    private static final int WARMUP = 3;

    private final Model model;
    private final Translator<I, O> translator;
    private final int calls;
    private final int[] batches;
    private final int[] threads;

    private InferenceProfiler(Model model, Translator<I, O> translator, int calls, int[] batches, int[] threads) {
        this.model = model;
        this.translator = translator;
        this.calls = calls;
        this.batches = batches;
        this.threads = threads;
    }

    static <I, O> InferenceProfiler<I, O> of(Model model, Translator<I, O> translator) {
        int cores = Runtime.getRuntime().availableProcessors();
        int[] threads = cores == 1 ? new int[] {1} : new int[] {1, cores};
        return new InferenceProfiler<>(model, translator, 100, new int[] {1, 4, 16}, threads);
    }

    /** @param value predictions to time one by one, at least 1; 100 by default; half as many under each load */
    public InferenceProfiler<I, O> calls(int value) {
        requirePositive("calls", value);
        return new InferenceProfiler<>(model, translator, value, batches, threads);
    }

    /** @param values batch sizes to try; 1, 4 and 16 by default; none to try no load */
    public InferenceProfiler<I, O> batches(int... values) {
        Arrays.stream(values).forEach(value -> requirePositive("a batch size", value));
        return new InferenceProfiler<>(model, translator, calls, values.clone(), threads);
    }

    /** @param values numbers of threads to try; 1 and one a core by default */
    public InferenceProfiler<I, O> threads(int... values) {
        Arrays.stream(values).forEach(value -> requirePositive("a number of threads", value));
        return new InferenceProfiler<>(model, translator, calls, batches, values.clone());
    }

    /**
     * Predicts on the calling thread and on threads of its own.
     *
     * @param inputs taken in turn, over again where there are fewer than it takes
     * @throws IllegalArgumentException where there are no inputs
     * @throws IllegalStateException where the model has no weights or another profile is under way
     */
    public InferenceProfile run(List<I> inputs) throws TranslateException {
        if (inputs.isEmpty()) {
            throw new IllegalArgumentException("expected at least one input to predict from, got none: give some");
        }
        try (Ready ready = Ready.of(model)) {
            Device device = model.getNDManager().getDevice();
            TimedTranslator<I, O> timed = new TimedTranslator<>(translator, device);
            double first = single(inputs, timed, 1)[0];
            single(inputs, timed, WARMUP);
            TimedTranslator<I, O> split = new TimedTranslator<>(translator, device);
            double[] millis = single(inputs, split, calls);
            List<InferenceProfile.Load> loads = new ArrayList<>();
            for (int threadCount : threads) {
                for (int batch : batches) {
                    loads.add(new InferenceLoad<>(model, translator, inputs)
                            .measure(batch, threadCount, Math.max(1, calls / 2)));
                }
            }
            return new InferenceProfile(first, latency(millis), split.split(), loads, blocks(inputs, device));
        }
    }

    private double[] single(List<I> inputs, TimedTranslator<I, O> timed, int count) throws TranslateException {
        double[] millis = new double[count];
        try (Predictor<I, O> predictor = model.newPredictor(timed)) {
            for (int i = 0; i < count; i++) {
                if (Thread.currentThread().isInterrupted()) {
                    throw new CancellationException("expected the profile to finish, got an interrupt after " + i
                            + " predictions: start it again");
                }
                timed.beginCall();
                O output = predictor.predict(inputs.get(i % inputs.size()));
                millis[i] = timed.endCall();
                InferenceLoad.release(output);
            }
        }
        return millis;
    }

    private List<BlockTime> blocks(List<I> inputs, Device device) throws TranslateException {
        List<BlockTime> times = new ArrayList<>();
        try (WatchedBlocks watched = WatchedBlocks.in(model.getBlock());
                Predictor<I, O> predictor = model.newPredictor(translator)) {
            BlockClock clock = new BlockClock(device, watched.places().size());
            watched.watch(clock);
            for (int i = 0; i < Math.max(3, calls / 4); i++) {
                InferenceLoad.release(predictor.predict(inputs.get(i % inputs.size())));
                clock.endStep();
            }
            for (int i = 0; i < watched.places().size(); i++) {
                Surgery.Place place = watched.places().get(i);
                times.add(new BlockTime(
                        place.path(),
                        place.block().getClass().getSimpleName(),
                        clock.callsAStep(i),
                        clock.nanos().millis(watched.below(i)),
                        clock.nanos().millis(List.of(i)),
                        OptionalDouble.empty(),
                        OptionalDouble.empty(),
                        OptionalLong.empty()));
            }
        }
        return times;
    }

    static InferenceProfile.Latency latency(double[] millis) {
        return new InferenceProfile.Latency(
                Statistics.quantile(millis, 0.5),
                Statistics.quantile(millis, 0.95),
                Statistics.quantile(millis, 0.99),
                millis.length);
    }

    private static void requirePositive(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " must be at least 1, got " + value + ": give 1 or more");
        }
    }
}
