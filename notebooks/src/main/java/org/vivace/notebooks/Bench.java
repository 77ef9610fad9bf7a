package org.vivace.notebooks;

import ai.djl.Device;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.vivace.measure.BenchRecord;
import org.vivace.measure.PairedTiming;
import org.vivace.profile.ProfileRecord;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.Recipe;

/**
 * What a notebook measures: a recipe against plain DJL, on one workload of one size. Immutable; every question is one
 * call, and its answer is the thing to look at.
 *
 * <pre>
 * var bench = Bench.of("language").with(MixedPrecision.bf16());
 * bench.predict()
 * bench.time()
 * </pre>
 *
 * <p>The longer calls show their progress. Interrupting the thread ends them early with what there is, marked partial.
 */
public final class Bench {

    private static final int DROWNED = 16;

    private final Workload workload;
    private final Size size;
    private final BenchPlan plan;
    private final List<EfficiencyMethod> methods;

    private Bench(Workload workload, Size size, BenchPlan plan, List<EfficiencyMethod> methods) {
        this.workload = workload;
        this.size = size;
        this.plan = plan;
        this.methods = methods;
    }

    /** At the size that {@link Size#here} says. */
    public static Bench of(String workload) {
        return of(workload, Size.here());
    }

    /**
     * A workload on real data that are on this machine: WordNet's text for {@code language}; Fashion-MNIST for
     * {@code vision}, or glyphs where that is missing; SpamAssassin's mails for {@code classify}, or WordNet's entries.
     *
     * @throws IllegalArgumentException where there is no workload of that name
     */
    public static Bench of(String workload, Size size) {
        return of(workload, size, BenchPlan.of(workload, size));
    }

    static Bench of(String workload, Size size, BenchPlan plan) {
        return new Bench(plan.workload(workload), size, plan, List.of());
    }

    /**
     * The methods to compare with plain DJL, in place of those before.
     *
     * @throws IllegalArgumentException where they do not go together
     */
    public Bench with(EfficiencyMethod... recipe) {
        return with(List.of(recipe));
    }

    /** The same with a list. */
    public Bench with(List<EfficiencyMethod> recipe) {
        Recipe.of(recipe);
        return new Bench(workload, size, plan, List.copyOf(recipe));
    }

    /**
     * Step times that have to end within so many seconds, in place of those of the size; the fewest rounds that give an
     * interval are measured all the same.
     *
     * @param seconds above 0
     */
    public Bench within(double seconds) {
        return new Bench(workload, size, plan.within(seconds), methods);
    }

    /**
     * Trainings of so many steps, in place of those of the size.
     *
     * @param count at least 1
     */
    public Bench steps(long count) {
        return new Bench(workload, size, plan.steps(count), methods);
    }

    public Workload workload() {
        return workload;
    }

    /** The recipe; empty until {@link #with} gives one. */
    public List<EfficiencyMethod> methods() {
        return methods;
    }

    /**
     * What a step of plain DJL and of the recipe should take, before either is run: operations are timed alone, once for
     * each machine, and added up.
     */
    public Prediction predict() {
        return WorkloadEstimate.of(workload, methods, device());
    }

    /** The time of a step: plain DJL, plain DJL again as a check of the measurement, and the recipe, interleaved. */
    public BenchRecord time() {
        return measure(List.of(methods), "--no-memory", "time");
    }

    /**
     * The time of a step with the recipe's first method, its first two, and so on; without those beginnings that are no
     * recipe, since a method needs one that comes after it.
     */
    public BenchRecord ladder() {
        List<List<EfficiencyMethod>> beginnings = IntStream.rangeClosed(1, methods.size())
                .mapToObj(count -> methods.subList(0, count))
                .filter(RecipeOptions::isRecipe)
                .toList();
        if (beginnings.isEmpty()) {
            throw new IllegalStateException(
                    "a ladder must have a method to stand on, got none: name some with with(…)");
        }
        return measure(beginnings, "--one-by-one --no-memory", "ladder");
    }

    private BenchRecord measure(List<List<EfficiencyMethod>> recipes, String options, String question) {
        try (ProgressBar bar = ProgressBar.here()) {
            PairedTiming timing = PairedTiming.rounds(plan.rounds())
                    .within(Duration.ofMillis((long) (1000 * plan.seconds())))
                    .withBaselineAgain()
                    .reportingTo(at -> bar.show(at.share(), at.left(), at.phase() + ": " + at.variant()));
            String command = written()
                    .map(each -> command(
                            each, "--steps " + 2 * plan.rounds() + " --seconds " + plan.seconds() + " " + options))
                    .orElseGet(() -> inCode(question));
            return StepTimes.measure(command, workload, Here.machine(), device(), recipes, timing);
        }
    }

    /**
     * Where a step of the recipe goes, or one of plain DJL where there is none, what it is bound by, and what would make
     * it shorter by how much.
     *
     * @throws CancellationException where the thread is interrupted
     */
    public ProfileRecord profile() {
        try (ProgressBar bar = ProgressBar.here()) {
            return WorkloadProfile.of(inCode("profile"), workload, methods, bar);
        }
    }

    /**
     * Does it still learn: plain DJL and the recipe trained from one seed for equally many steps, each under a learning
     * rate that rises and falls within them. The record has the losses and qualities on held-out data; one seed shows
     * that a model learns, not which one learns better.
     *
     * @throws TrialDivergedException where a loss is not finite
     */
    public BenchRecord train() {
        try (ProgressBar bar = ProgressBar.here()) {
            return new OneSeed(workload, methods, plan.trainingSteps(), device(), bar)
                    .record(inCode("steps(" + plan.trainingSteps() + ").train"));
        }
    }

    /**
     * The most memory held in a step of plain DJL and in one of the recipe, each measured in a JVM of its own; at
     * {@link Size#QUICK} with sixteen times the batch, since so small a model's memory drowns in the JVM's.
     *
     * @throws IllegalStateException where the recipe cannot be told to another JVM
     */
    public BenchRecord memory() {
        BenchPlan large = size == Size.QUICK ? plan.withBatch(DROWNED * plan.batch()) : plan;
        List<String> arguments = new ArrayList<>(List.of("bench", workload.name()));
        arguments.addAll(large.options());
        arguments.add("--methods");
        arguments.add(written()
                .orElseThrow(() -> new IllegalStateException("memory must be measured of methods that './vivace bench"
                        + " --methods' can name, got " + Recipe.of(methods) + ": take settings that 'vivace methods'"
                        + " lists")));
        try (ProgressBar bar = ProgressBar.here()) {
            StepMemories memories = StepMemories.measure(List.of(methods), device(), arguments, bar);
            Workload measured = large.workload(workload.name());
            return memories.into(UntimedRecord.of(Invocation.line(arguments), measured, List.of(methods)));
        }
    }

    /** What larger machines and longer runs said of the recipe's last method, where that was kept. */
    public Recorded recorded() {
        if (methods.isEmpty()) {
            throw new IllegalStateException(
                    "recorded results must be those of a method, got none: name it with with(…)");
        }
        String file = MethodNotebook.KEPT + "/"
                + MethodNotebook.kebab(methods.get(methods.size() - 1).name()) + ".json";
        List<String> whole = new ArrayList<>(List.of("bench", workload.name(), "--json", file));
        written().ifPresent(each -> whole.addAll(List.of("--methods", each)));
        return Recorded.read(Home.folder().resolve(file), Invocation.line(whole));
    }

    private Optional<String> written() {
        return WrittenRecipe.of(methods);
    }

    private String command(String recipe, String more) {
        List<String> arguments = new ArrayList<>(List.of("bench", workload.name()));
        arguments.addAll(plan.options());
        arguments.addAll(List.of("--methods", recipe));
        arguments.addAll(List.of(more.split(" ")));
        return Invocation.line(arguments);
    }

    /** Where no command line measures the same. */
    private String inCode(String question) {
        return String.format(
                Locale.ROOT,
                "Bench.of(\"%s\", Size.%s).with(%s).%s()",
                workload.name(),
                size,
                String.join(", ", Recipe.of(methods).labels()),
                question);
    }

    private static Device device() {
        return Here.device();
    }
}
