package org.vivace.profile;

import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.translate.TranslateException;
import ai.djl.translate.Translator;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/** Predictions by several threads at the same time, as an application makes them. */
final class InferenceLoad<I, O> {

    /** What one thread saw: when it began and ended, by the nanosecond clock, and the milliseconds of each call. */
    private record Worked(long begin, long end, double[] millis) {}

    private final Model model;
    private final Translator<I, O> translator;
    private final List<I> inputs;

    InferenceLoad(Model model, Translator<I, O> translator, List<I> inputs) {
        this.model = model;
        this.translator = translator;
        this.inputs = inputs;
    }

    InferenceProfile.Load measure(int batch, int threads, int calls) throws TranslateException {
        List<I> given = IntStream.range(0, batch)
                .mapToObj(i -> inputs.get(i % inputs.size()))
                .toList();
        CyclicBarrier start = new CyclicBarrier(threads);
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            Callable<Worked> work = () -> work(given, calls, start);
            List<Future<Worked>> all = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                all.add(executor.submit(work));
            }
            List<Worked> done = new ArrayList<>();
            for (Future<Worked> one : all) {
                done.add(one.get());
            }
            long begin = done.stream().mapToLong(Worked::begin).min().orElseThrow();
            long end = done.stream().mapToLong(Worked::end).max().orElseThrow();
            double[] millis = done.stream()
                    .flatMapToDouble(each -> java.util.Arrays.stream(each.millis()))
                    .toArray();
            double perSecond = (double) batch * threads * calls / ((end - begin) / 1e9);
            return new InferenceProfile.Load(batch, threads, perSecond, InferenceProfiler.latency(millis));
        } catch (ExecutionException e) {
            throw e.getCause() instanceof TranslateException known ? known : new TranslateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TranslateException("expected the predictions to end, got an interruption: start again", e);
        } finally {
            // A thread that fails leaves the others at the barrier, and this ends their wait.
            executor.shutdownNow();
        }
    }

    private Worked work(List<I> given, int calls, CyclicBarrier start) throws Exception {
        double[] millis = new double[calls];
        try (Predictor<I, O> predictor = model.newPredictor(translator)) {
            predictor.batchPredict(given).forEach(InferenceLoad::release);
            start.await();
            long begin = System.nanoTime();
            long mark = begin;
            for (int i = 0; i < calls; i++) {
                predictor.batchPredict(given).forEach(InferenceLoad::release);
                long now = System.nanoTime();
                millis[i] = (now - mark) / 1e6;
                mark = now;
            }
            return new Worked(begin, mark, millis);
        }
    }

    /** Arrays that a translator hands out are the caller's to close. */
    static void release(Object output) {
        if (output instanceof AutoCloseable closeable) {
            try {
                closeable.close();
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException("could not close a prediction", e);
            }
        }
    }
}
