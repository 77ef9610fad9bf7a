package org.vivace.bench;

import ai.djl.Device;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.vivace.train.Catalogue;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.Recipe;

/**
 * The program of a fresh JVM: makes a workload and an arm, measures memory, prints it and ends. Its arguments are what
 * to measure, the workload's name, its recipe or {@value #PLAIN}, and the sizes, each as {@code name=value}.
 */
final class FreshStep {

    private static final String PLAIN = "stock";

    /** What is measured. */
    enum Question {
        /** The memory of this process between steps and at its peak. */
        STEP,
        /** The peak of a training step that the model alone accounts for. */
        ESTIMATED_STEP,
        /** The same of a forward pass. */
        ESTIMATED_INFERENCE
    }

    private FreshStep() {}

    /**
     * @throws IllegalArgumentException if the workload or a method of the recipe cannot be given as text: it is not in
     *     a catalogue
     */
    static List<String> arguments(Question question, Workload workload, Arm arm) {
        List<String> arguments = new ArrayList<>(List.of(question.name()));
        arguments.add(NamedWorkloads.nameOf(workload)
                .orElseThrow(() -> new IllegalArgumentException("memory is measured in a JVM of its own, which must"
                        + " make " + workload.name()
                        + " again, got one that was made in this JVM: put the code that makes it into a"
                        + " class with a constructor without arguments that is a Supplier<Workload>, and take"
                        + " Workload.madeBy(that class)")));
        arguments.add(arm.recipe().map(FreshStep::written).orElse(PLAIN));
        WorkloadSizes.of(workload).forEach(size -> arguments.add(size.name() + "=" + size.value()));
        return arguments;
    }

    private static String written(Recipe recipe) {
        return Catalogue.write(recipe.methods())
                .orElseThrow(
                        () -> new IllegalArgumentException("memory is measured in a JVM of its own, which must make"
                                + " the methods again, got " + recipe
                                + ", which cannot be given as text: use settings that 'vivace"
                                + " methods' lists"));
    }

    public static void main(String[] arguments) {
        Parent.watch();
        try {
            System.out.println(answer(List.of(arguments)));
        } catch (RuntimeException e) {
            System.out.println(FreshJvm.ERROR_PREFIX + e.getMessage());
            System.exit(1);
        }
    }

    private static String answer(List<String> words) {
        Workload workload = workload(words);
        Arm arm = words.get(2).equals(PLAIN) ? Arm.PLAIN : Arm.of(Catalogue.parse(words.get(2)));
        Device device = LocalMachine.device();
        Question question = Question.valueOf(words.get(0));
        if (question == Question.STEP) {
            return StepMemory.measure(workload, device, arm).toLine();
        }
        List<EfficiencyMethod> methods = arm.recipe().map(Recipe::methods).orElse(List.of());
        boolean inference = question == Question.ESTIMATED_INFERENCE;
        return EstimateMeasurement.toLine(
                EstimateMeasurement.peakBytes(EstimateSubject.of(workload), device, methods, inference));
    }

    private static Workload workload(List<String> words) {
        Map<String, String> sizes = new LinkedHashMap<>();
        for (String word : words.subList(3, words.size())) {
            int at = word.indexOf('=');
            sizes.put(word.substring(0, at), word.substring(at + 1));
        }
        Workload workload = Workload.named(words.get(1));
        return sizes.isEmpty() ? workload : WorkloadSizes.with(workload, sizes);
    }
}
