package org.vivace.profile;

import ai.djl.Device;
import ai.djl.ndarray.NDList;
import ai.djl.translate.Batchifier;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.vivace.torch.DeviceWork;

/** A translator that times itself and what comes between its two halves, the model's forward pass. For one thread. */
final class TimedTranslator<I, O> implements Translator<I, O> {

    /** One half of the other translator's work. */
    @FunctionalInterface
    private interface Half<T> {
        T get() throws Exception;
    }

    private static final List<String> PARTS = List.of("preProcess", "forward", "postProcess", "rest");
    private static final int PRE = 0;
    private static final int FORWARD = 1;
    private static final int POST = 2;
    private static final int REST = 3;

    private final Translator<I, O> plain;
    private final Device device;
    private final List<long[]> calls = new ArrayList<>();
    private long[] current = new long[PARTS.size()];
    private long mark;

    TimedTranslator(Translator<I, O> plain, Device device) {
        this.plain = plain;
        this.device = device;
    }

    void beginCall() {
        current = new long[PARTS.size()];
        mark = System.nanoTime();
    }

    /** @return milliseconds of the whole call */
    double endCall() {
        settle(REST);
        calls.add(current);
        long sum = 0;
        for (long part : current) {
            sum += part;
        }
        return sum / 1e6;
    }

    private void settle(int part) {
        DeviceWork.await(device);
        long now = System.nanoTime();
        current[part] += now - mark;
        mark = now;
    }

    /** Parts by their names, over all calls. */
    Map<String, StepPhaseTime> split() {
        double all = calls.stream()
                .mapToLong(call -> call[PRE] + call[FORWARD] + call[POST] + call[REST])
                .sum();
        Map<String, StepPhaseTime> split = new LinkedHashMap<>();
        for (int i = 0; i < PARTS.size(); i++) {
            int part = i;
            List<Long> nanos = calls.stream().map(call -> call[part]).toList();
            double sum = nanos.stream().mapToLong(Long::longValue).sum();
            split.put(PARTS.get(i), new StepPhaseTime(sum / 1e6 / calls.size(), sum / all, nanos));
        }
        return split;
    }

    private <T> T first(Half<T> half) throws Exception {
        settle(REST);
        T result = half.get();
        settle(PRE);
        return result;
    }

    private <T> T second(Half<T> half) throws Exception {
        settle(FORWARD);
        T result = half.get();
        settle(POST);
        return result;
    }

    @Override
    public NDList processInput(TranslatorContext context, I input) throws Exception {
        return first(() -> plain.processInput(context, input));
    }

    @Override
    public NDList batchProcessInput(TranslatorContext context, List<I> inputs) throws Exception {
        return first(() -> plain.batchProcessInput(context, inputs));
    }

    @Override
    public O processOutput(TranslatorContext context, NDList list) throws Exception {
        return second(() -> plain.processOutput(context, list));
    }

    @Override
    public List<O> batchProcessOutput(TranslatorContext context, NDList list) throws Exception {
        return second(() -> plain.batchProcessOutput(context, list));
    }

    @Override
    public Batchifier getBatchifier() {
        return plain.getBatchifier();
    }

    @Override
    public void prepare(TranslatorContext context) throws Exception {
        plain.prepare(context);
    }
}
