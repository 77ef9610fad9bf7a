package org.vivace.notebooks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.vivace.estimate.StepTime;
import org.vivace.notebooks.jupyter.Shown;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/**
 * What an estimate foresees of a recipe before anything is trained.
 *
 * @param methods the recipe's labels
 * @param plain seconds of a step of plain DJL
 * @param with of a step with the recipe, on the mean over a run
 * @param plainBytes the most that a step of plain DJL holds beside the process itself
 * @param bytes the most that one with the recipe holds
 * @param notCounted what the estimate leaves out, a sentence each
 */
public record Prediction(
        String workload,
        List<String> methods,
        StepTime plain,
        StepTime with,
        long plainBytes,
        long bytes,
        List<String> notCounted)
        implements Shown {

    private static final double MIB = 1 << 20;

    public Prediction {
        methods = List.copyOf(methods);
        notCounted = List.copyOf(notCounted);
    }

    /** The same under another name, for instance one that tells where it is from. */
    Prediction withWorkload(String name) {
        return new Prediction(name, methods, plain, with, plainBytes, bytes, notCounted);
    }

    /** How many times as fast as plain DJL a step should be. */
    public double speedup() {
        return plain.total() / with.total();
    }

    /** Two rows; times in milliseconds, memory in MiB. */
    @Override
    public Table table() {
        return Table.create(
                "predicted for " + workload,
                StringColumn.create("methods", "plain DJL", title()),
                column("step ms", 1e3 * plain.total(), 1e3 * with.total()),
                column("forward ms", 1e3 * plain.forward(), 1e3 * with.forward()),
                column("backward ms", 1e3 * plain.backward(), 1e3 * with.backward()),
                column("update ms", 1e3 * plain.update(), 1e3 * with.update()),
                column("peak MiB", plainBytes / MIB, bytes / MIB),
                column("speedup", 1, speedup()));
    }

    private static DoubleColumn column(String name, double... values) {
        DoubleColumn column = DoubleColumn.create(name);
        for (double value : values) {
            column.append(Math.round(value * 1000) / 1000.0);
        }
        return column;
    }

    private String title() {
        return methods.isEmpty() ? "no methods" : String.join(" + ", methods);
    }

    /** Sentences, one a line. */
    @Override
    public String toString() {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                Locale.ROOT,
                "Predicted: a step of %s takes %s with %s and %s in plain DJL, so it is %.2f times as fast.",
                workload,
                Millis.of(1e3 * with.total()),
                title(),
                Millis.of(1e3 * plain.total()),
                speedup()));
        lines.add(String.format(
                Locale.ROOT,
                "It holds at most %.1f MiB instead of %.1f MiB, %.2f times as much.",
                bytes / MIB,
                plainBytes / MIB,
                (double) bytes / plainBytes));
        notCounted.forEach(note -> lines.add("Not counted: " + note + "."));
        Stream.of(plain, with)
                .flatMap(time -> time.doubt().stream())
                .distinct()
                .forEach(doubt -> lines.add("Note: " + doubt + "."));
        return String.join("\n", lines);
    }
}
