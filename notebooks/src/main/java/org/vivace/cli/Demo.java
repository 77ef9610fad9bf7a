package org.vivace.cli;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.TranslateException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.vivace.bench.Bench;
import org.vivace.bench.LocalMachine;
import org.vivace.bench.NativeRecipe;
import org.vivace.bench.ProgressBar;
import org.vivace.bench.Workload;
import org.vivace.measure.BenchRecord;
import org.vivace.measure.Curve;
import org.vivace.measure.Figures;
import org.vivace.measure.Variant;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.Schedule;
import org.vivace.train.Training;
import org.vivace.train.TrainingRecord;
import org.vivace.train.TrainingRecord.Evaluation;

/**
 * Plain DJL against a workload's recipe: the step time, method by method, and then a race: both are trained from the
 * same seed for the same wall-clock time, each with a learning-rate schedule of that length.
 */
final class Demo {

    /**
     * The length of the demo.
     *
     * @param timing seconds for the step times, if the machine is fast enough for the minimum number of rounds
     * @param training seconds for each side of the race
     * @param total seconds in total: if the step times take longer, the training is shortened, to half at most
     */
    record Length(double timing, double training, double total) {
        static final Length QUICK = new Length(14, 11, 50);
        static final Length FULL = new Length(100, 80, 330);
    }

    private static final long SEED = 7;
    private static final int ROUNDS = 100;
    private static final double WARMUP = 0.1;
    private static final double FLOOR = 0.1;
    private static final int EVALUATIONS = 12;

    private final Workload workload;
    private final Length length;
    private final ProgressBar bar;
    private final Device device = LocalMachine.device();
    private final long begin = System.nanoTime();

    Demo(Workload workload, Length length, ProgressBar bar) {
        this.workload = workload;
        this.length = length;
        this.bar = bar;
    }

    /** Interrupting the thread ends it early, with a record of the results so far. */
    BenchRecord run(String command) throws IOException, TranslateException {
        NativeRecipe recipe = NativeRecipe.of(workload.recipe(), device);
        BenchRecord times = Bench.of(workload)
                .with(recipe.methods())
                .oneByOne()
                .rounds(ROUNDS)
                .within(length.timing())
                .on(bar, command)
                .time();
        times = recipe.noted(times);
        return times.partial() ? times : race(times, recipe.methods());
    }

    private BenchRecord race(BenchRecord times, List<EfficiencyMethod> recipe) throws IOException, TranslateException {
        double left = length.total() - (System.nanoTime() - begin) / 1e9;
        // Evaluating takes about a fifth of the training time.
        double seconds = Math.max(length.training() / 2, Math.min(length.training(), left / 2 / 1.2));
        Variant full = times.variants().get(times.variants().size() - 1);
        BenchRecord record = times.withSettings(settings(times, seconds));
        TrainingRecord plain = train(
                "plain DJL", List.of(), seconds, times.baseline().stepMillis().median());
        List<Curve> curves = new ArrayList<>(curve("plain DJL", plain));
        if (plain.interrupted()) {
            return record.withCurves(curves).asPartial();
        }
        TrainingRecord with =
                train("the recipe", recipe, seconds, full.stepMillis().median());
        curves.addAll(curve("the recipe", with));
        record = record.withCurves(curves)
                .withBaseline(record.baseline().withLoss(plain.testLoss().orElseThrow()));
        return with.interrupted()
                ? record.asPartial()
                : record.withVariants(each -> each.methods().equals(full.methods())
                        ? each.withLoss(with.testLoss().orElseThrow())
                        : each);
    }

    private TrainingRecord train(String name, List<EfficiencyMethod> methods, double seconds, double stepMillis)
            throws IOException, TranslateException {
        long every = Math.max(1, Math.round(1000 * seconds / stepMillis / EVALUATIONS));
        try (Model model = Model.newInstance(name, device, "PyTorch")) {
            model.setBlock(workload.newBlock());
            return Training.of(model)
                    .input(workload.inputs().toArray(Shape[]::new))
                    .loss(workload.loss())
                    .optimizer(workload::optimizer)
                    .learningRate(workload.learningRate(), Schedule.warmupCosine(WARMUP, FLOOR))
                    .with(methods)
                    .seed(SEED)
                    .seconds(seconds)
                    .evaluateEvery(every)
                    .onStep(point -> bar.show(
                            point.seconds() / seconds,
                            Duration.ofMillis((long) (1000 * (seconds - point.seconds()))),
                            "training " + name + ": loss " + Figures.ratio(point.loss())))
                    .fit(workload.train(), workload.validation().orElseThrow());
        }
    }

    private Map<String, String> settings(BenchRecord times, double seconds) {
        Map<String, String> settings = new LinkedHashMap<>(times.settings());
        settings.put("training time", Figures.seconds(seconds) + " each, evaluations not counted");
        settings.put(
                "learning rate",
                "up to " + workload.learningRate() + " over the first tenth, then half a cosine down to a tenth of it");
        settings.put(
                "tuning",
                "both sides take the rate at which plain DJL learns best at the default size, which './vivace tune"
                        + " language' searches; it was not searched again for this time");
        settings.put("loss", "cross-entropy in nats a byte, on text held out from the training");
        settings.put("seed", Long.toString(SEED));
        return settings;
    }

    /** The curve on held-out text; empty if the training was interrupted before its first evaluation. */
    private static List<Curve> curve(String name, TrainingRecord record) {
        List<Evaluation> evaluations = record.evaluations();
        return evaluations.isEmpty()
                ? List.of()
                : List.of(new Curve(
                        name,
                        evaluations.stream().map(Evaluation::seconds).toList(),
                        evaluations.stream().map(Evaluation::loss).toList()));
    }
}
