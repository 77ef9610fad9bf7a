package org.vivace.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.vivace.estimate.StepTime;
import org.vivace.measure.Figures;

/**
 * The predicted cost of a recipe before anything is trained.
 *
 * @param methods the recipe's labels
 * @param plain seconds of a step of plain DJL
 * @param with seconds of a step with the recipe, the mean over a run
 * @param plainBytes peak memory of a step of plain DJL, without the process itself
 * @param bytes peak memory of a step with the recipe
 * @param notCounted what the estimate omits, a sentence each
 */
public record Prediction(
        String workload,
        List<String> methods,
        StepTime plain,
        StepTime with,
        long plainBytes,
        long bytes,
        List<String> notCounted) {

    public Prediction {
        methods = List.copyOf(methods);
        notCounted = List.copyOf(notCounted);
    }

    /** The same under another name, for instance one that gives its source. */
    public Prediction withWorkload(String name) {
        return new Prediction(name, methods, plain, with, plainBytes, bytes, notCounted);
    }

    /** The predicted speedup over plain DJL. */
    public double speedup() {
        return plain.total() / with.total();
    }

    /** The methods on one line. */
    public String title() {
        return methods.isEmpty() ? "no methods" : String.join(" + ", methods);
    }

    /** Sentences, one per line. */
    @Override
    public String toString() {
        List<String> lines = new ArrayList<>();
        lines.add(
                "Predicted: a step of " + workload + " takes " + Figures.millis(1e3 * with.total()) + " with " + title()
                        + " and " + Figures.millis(1e3 * plain.total()) + " in plain DJL, so it is "
                        + Figures.ratio(speedup()) + " times as fast.");
        lines.add("It holds at most " + Figures.mebibytes(bytes) + " instead of " + Figures.mebibytes(plainBytes) + ", "
                + Figures.ratio((double) bytes / plainBytes) + " times as much.");
        notCounted.forEach(note -> lines.add("Not counted: " + note + "."));
        Stream.of(plain, with)
                .flatMap(time -> time.doubt().stream())
                .distinct()
                .forEach(doubt -> lines.add("Note: " + doubt + "."));
        return String.join("\n", lines);
    }
}
