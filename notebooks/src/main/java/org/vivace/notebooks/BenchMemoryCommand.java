package org.vivace.notebooks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.vivace.measure.BenchRecord;
import org.vivace.measure.PairedTiming;
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
                        + " otherwise. Memory is that of a fresh JVM for each variant.",
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
    private Integer only;

    @Override
    public Integer call() throws Exception {
        Workload workload = language.workload();
        List<List<EfficiencyMethod>> recipes = recipe.recipes(List.of(new ActivationCheckpointing()));
        if (only != null) {
            return StepMemories.tell(spec, workload, recipes, only);
        }
        return Interruption.keeping(() -> {
            BenchRecord record = measured(workload, recipes);
            json.write(record.toJson());
            StepBench.show(spec, record, timing.folder());
            return 0;
        });
    }

    private BenchRecord measured(Workload workload, List<List<EfficiencyMethod>> recipes) {
        try (ProgressBar bar = ProgressBar.on(timing.err())) {
            PairedTiming plan = timing.plan(bar);
            StepMemories memories = StepMemories.measure(recipes, Here.device(), Invocation.arguments(spec), bar);
            requireAll(memories);
            BenchRecord times =
                    StepTimes.measure(Invocation.of(spec), workload, Here.machine(), Here.device(), recipes, plan);
            return memories.into(withActivations(times, memories));
        }
    }

    /** Without the memory there is nothing to show here. */
    private static void requireAll(StepMemories memories) {
        if (memories.partial()) {
            throw new IllegalStateException("interrupted before the memory was measured, so nothing was written");
        }
        if (!memories.notes().isEmpty()) {
            throw new IllegalStateException(memories.notes().get(0));
        }
    }

    private static BenchRecord withActivations(BenchRecord times, StepMemories memories) {
        StepMemory plain = memories.found().get(0).orElseThrow();
        Map<String, String> settings = new LinkedHashMap<>(times.settings());
        settings.put("activation memory of plain DJL", mib(plain));
        List<String> notes = new ArrayList<>(times.notes());
        for (int i = 0; i < times.variants().size(); i++) {
            Variant variant = times.variants().get(i);
            StepMemory with = memories.found().get(i + 1).orElseThrow();
            settings.put("activation memory of " + variant.title(), mib(with));
            notes.add(String.format(
                    Locale.ROOT,
                    "activation memory of %s, which is the peak less what is held between two steps, is %.2f of plain"
                            + " DJL's (%s instead of %s), and a step takes %.2f times as long",
                    variant.title(),
                    (double) with.activations() / plain.activations(),
                    mib(with),
                    mib(plain),
                    1 / variant.speedup().median()));
        }
        return times.withSettings(settings).withNotes(notes);
    }

    private static String mib(StepMemory memory) {
        return String.format(Locale.ROOT, "%.0f MiB", memory.activations() / MIB);
    }
}
