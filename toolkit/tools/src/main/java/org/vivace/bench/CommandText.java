package org.vivace.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.vivace.train.Catalogue;
import org.vivace.train.EfficiencyMethod;

/** A command line as it would be typed. */
public final class CommandText {

    private CommandText() {}

    /** Words with anything unusual in them stand in single quotes. */
    public static String of(List<String> words) {
        return words.stream().map(CommandText::quoted).collect(Collectors.joining(" "));
    }

    /**
     * The command that benches a recipe on a workload.
     *
     * @param more its other options
     * @return empty where no command line can name the workload or a method
     */
    static Optional<String> bench(Workload workload, List<EfficiencyMethod> methods, List<String> more) {
        return NamedWorkloads.nameOf(workload)
                .flatMap(name -> Catalogue.write(methods).map(recipe -> {
                    List<String> words = new ArrayList<>(List.of("./vivace", "bench", name));
                    words.addAll(WorkloadSizes.options(workload));
                    words.addAll(List.of("--methods", recipe));
                    words.addAll(more);
                    return of(words);
                }));
    }

    private static String quoted(String word) {
        return word.matches("[\\w./,=:+-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
