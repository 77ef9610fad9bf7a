package org.vivace.notebooks;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.vivace.measure.BenchRecord;
import org.vivace.measure.Variant;
import org.vivace.methods.ActivationCheckpointing;
import org.vivace.train.EfficiencyMethod;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "memory",
        description =
                "Memory of a training step of the language model, and its time: ActivationCheckpointing unless told"
                        + " otherwise. Memory is the resident set of a fresh JVM for each variant.",
        mixinStandardHelpOptions = true)
final class BenchMemoryCommand implements Callable<Integer> {

    private static final double MIB = 1 << 20;

    @Spec
    private CommandSpec spec;

    @Mixin
    private LanguageOptions language;

    @Mixin
    private RecipeOptions recipe;

    @Mixin
    private TimingOptions timing;

    @Mixin
    private JsonOption json;

    @Option(names = StepMemory.OPTION, hidden = true, description = "What the fresh JVMs are asked for.")
    private StepMemory.Of only;

    @Override
    public Integer call() throws Exception {
        Workload workload = language.workload();
        List<EfficiencyMethod> methods = recipe.recipe(List.of(new ActivationCheckpointing()));
        if (only != null) {
            List<EfficiencyMethod> measured = only == StepMemory.Of.PLAIN ? List.of() : methods;
            PrintWriter out = spec.commandLine().getOut();
            out.println(StepMemory.measure(workload, Here.device(), measured).toLine());
            out.flush();
            return 0;
        }
        StepMemory.requireMeasurable(Here.device());
        StepMemory plain = StepMemory.inFreshJvm(Invocation.arguments(spec), StepMemory.Of.PLAIN);
        StepMemory with = StepMemory.inFreshJvm(Invocation.arguments(spec), StepMemory.Of.RECIPE);
        BenchRecord times;
        try (ProgressBar bar = ProgressBar.on(timing.err())) {
            times = StepTimes.measure(
                    Invocation.of(spec), workload, Here.machine(), Here.device(), List.of(methods), timing.plan(bar));
        }
        Map<String, String> settings = new LinkedHashMap<>(times.settings());
        settings.put("activation memory of plain DJL", mib(plain));
        settings.put("activation memory of the recipe", mib(with));
        Variant variant = times.variants().get(0);
        BenchRecord record = times.withSettings(settings)
                .withBaseline(times.baseline().withPeakBytes(plain.peak()))
                .withVariants(each -> each.withPeakBytes(with.peak()))
                .withNotes(List.of(String.format(
                        Locale.ROOT,
                        "activation memory, which is the peak less what is resident between two steps, is %.2f of plain"
                                + " DJL's (%s instead of %s), and a step takes %.2f times as long",
                        (double) with.activations() / plain.activations(),
                        mib(with),
                        mib(plain),
                        1 / variant.speedup().median())));
        json.write(record.toJson());
        StepBench.show(spec, record, timing.folder());
        return 0;
    }

    private static String mib(StepMemory memory) {
        return String.format(Locale.ROOT, "%.0f MiB", memory.activations() / MIB);
    }
}
