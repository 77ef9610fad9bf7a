package org.vivace.dev;

import static org.vivace.dev.GpuBar.Side.AT_LEAST;
import static org.vivace.dev.GpuBar.Side.AT_MOST;
import static org.vivace.dev.GpuRecords.number;
import static org.vivace.dev.GpuRecords.text;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.vivace.dev.GpuBar.Figure;
import org.vivace.dev.GpuBar.Side;
import org.vivace.dev.GpuRecords.NotMeasuredException;
import org.vivace.measure.Figures;
import org.vivace.measure.Statistics;

/** What Vivace has to reach on a GPU. */
final class GpuBars {

    private static final double ACCURACY = 0.94;
    private static final String OWN_TESTS_FAILED = "1";
    private static final List<String> ESTIMATES = List.of("estimate-language", "estimate-recipe", "estimate-vision");
    private static final String ACTIVATIONS = "activation memory of ";
    private static final String PLAIN = ACTIVATIONS + "plain DJL";

    static final List<GpuBar> ALL = List.of(
            new GpuBar("tests of the CUDA suite that fail", AT_MOST, 0, GpuBars::failures),
            bar("language, times as fast as plain DJL", AT_LEAST, 4, speedup("language")),
            bar("vision, times as fast as plain DJL", AT_LEAST, 3, speedup("vision")),
            bar("ResNet-50, times as fast as plain DJL", AT_LEAST, 3, speedup("resnet50")),
            bar("language, step over that of eager torch", AT_MOST, 1.05, over("language", "eager")),
            bar("language, step over that of compiled torch", AT_MOST, 1.35, over("language", "compiled")),
            bar("vision, step over that of eager torch", AT_MOST, 1.05, over("vision", "eager")),
            bar("vision, step over that of compiled torch", AT_MOST, 1.35, over("vision", "compiled")),
            bar("language, share of the peak", AT_LEAST, 0.4, share("language")),
            bar("a billion parameters, share of the peak", AT_LEAST, 0.5, share("decoder")),
            bar("checkpointing, share of the activations' memory", AT_MOST, 0.25, GpuBars::keptMemory),
            bar(
                    "checkpointing, step over that of plain DJL",
                    AT_MOST,
                    1.35,
                    records -> 1 / speedup("memory").apply(records)),
            bar("estimates, largest error of memory", AT_MOST, 0.1, error("memoryError")),
            bar("estimates, largest error of time", AT_MOST, 0.15, error("timeError")),
            new GpuBar("verdicts that name what is known, of three", AT_LEAST, 3, GpuBars::rightVerdicts),
            new GpuBar("CIFAR-10, seconds to 94 %", AT_MOST, 15, GpuBars::secondsToAccuracy));

    private GpuBars() {}

    private static GpuBar bar(String name, Side side, double limit, Function<GpuRecords, Double> reading) {
        return new GpuBar(name, side, limit, records -> Figure.of(reading.apply(records)));
    }

    private static Figure failures(GpuRecords records) {
        JsonObject suite = records.of("suite", OWN_TESTS_FAILED);
        JsonArray failed = suite.getAsJsonArray("failed");
        if (!suite.get("complete").getAsBoolean()) {
            throw new NotMeasuredException("suite ended in " + text(suite, "running"));
        }
        if (number(suite, "passed") == 0 && failed.isEmpty()) {
            JsonArray skipped = suite.getAsJsonArray("skipped");
            throw new NotMeasuredException("no test of suite ran"
                    + (skipped.isEmpty() ? ", as none was found" : ": " + text(skipped, "0.why")));
        }
        return new Figure(failed.size(), failed.isEmpty() ? "" : "the first is " + text(failed, "0.test"));
    }

    private static Function<GpuRecords, Double> speedup(String step) {
        return records -> number(records.of(step), "variants.0.speedup.median");
    }

    private static Function<GpuRecords, Double> share(String step) {
        return records -> number(records.of(step), "variants.0.mfu");
    }

    /** The recipe's step over that of Python's torch, both measured within minutes. */
    private static Function<GpuRecords, Double> over(String step, String variant) {
        return records -> {
            double ours = number(records.of(step), "variants.0.stepMillis.median");
            JsonArray theirs = records.of("torch-" + step).getAsJsonArray("variants");
            for (JsonElement each : theirs) {
                if (text(each, "name").equals(variant)) {
                    return ours / number(each, "stepMillis.median");
                }
            }
            throw new NotMeasuredException("torch-" + step + " has no steps that are " + variant);
        };
    }

    private static double keptMemory(GpuRecords records) {
        JsonObject settings = records.of("memory").getAsJsonObject("settings");
        String recipe = settings.keySet().stream()
                .filter(name -> name.startsWith(ACTIVATIONS) && !name.equals(PLAIN))
                .findFirst()
                .orElseThrow(() -> new NotMeasuredException("memory has no " + ACTIVATIONS + "a recipe"));
        double plain = mebibytes(settings, PLAIN);
        if (plain <= 0) {
            throw new NotMeasuredException("memory found none that plain DJL's activations take");
        }
        return mebibytes(settings, recipe) / plain;
    }

    private static double mebibytes(JsonObject settings, String name) {
        String value = text(settings, name);
        if (!value.matches("-?[0-9.]+ MiB")) {
            throw new NotMeasuredException("memory has " + name + " as " + value + " instead of in MiB");
        }
        return Double.parseDouble(value.substring(0, value.indexOf(' ')));
    }

    private static Function<GpuRecords, Double> error(String field) {
        return records -> ESTIMATES.stream()
                .mapToDouble(step -> Math.abs(number(records.of(step), field)))
                .max()
                .orElseThrow();
    }

    private static Figure rightVerdicts(GpuRecords records) {
        Map<String, String> known = new LinkedHashMap<>();
        known.put("verdict-launch", "host");
        known.put("verdict-compute", "compute");
        known.put("verdict-input", "input");
        List<String> wrong = new ArrayList<>();
        known.forEach((step, bound) -> {
            String said = text(records.of(step), "verdict.boundBy");
            if (!said.equals(bound)) {
                wrong.add(step + " says " + said + " instead of " + bound);
            }
        });
        return new Figure(known.size() - wrong.size(), String.join(", ", wrong));
    }

    /** The median over seeds, in seconds of training; infinite if a seed did not come to it. */
    private static Figure secondsToAccuracy(GpuRecords records) {
        JsonArray arms = records.of("cifar").has("quality")
                ? records.of("cifar").getAsJsonObject("quality").getAsJsonArray("arms")
                : new JsonArray();
        if (arms.size() < 2) {
            throw new NotMeasuredException("cifar has no training with the recipe");
        }
        List<Double> seconds = new ArrayList<>();
        double worst = 1;
        for (JsonElement trial : arms.get(1).getAsJsonObject().getAsJsonArray("trials")) {
            double best = 0;
            double reached = Double.POSITIVE_INFINITY;
            int evaluations = trial.getAsJsonObject().getAsJsonArray("quality").size();
            for (int i = evaluations - 1; i >= 0; i--) {
                double accuracy = number(trial, "quality." + i);
                best = Math.max(best, accuracy);
                reached = accuracy >= ACCURACY ? number(trial, "evaluatedAt." + i) : reached;
            }
            worst = Math.min(worst, best);
            seconds.add(reached);
        }
        if (seconds.isEmpty()) {
            throw new NotMeasuredException("cifar has no training with the recipe");
        }
        String best = "the seed that came least far reached " + Figures.percent(worst, 1);
        return seconds.contains(Double.POSITIVE_INFINITY)
                ? new Figure(Double.POSITIVE_INFINITY, best)
                : Figure.of(Statistics.median(
                        seconds.stream().mapToDouble(Double::doubleValue).toArray()));
    }
}
