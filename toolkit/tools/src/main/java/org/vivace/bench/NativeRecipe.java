package org.vivace.bench;

import ai.djl.Device;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.vivace.measure.BenchRecord;
import org.vivace.measure.Figures;
import org.vivace.torch.Precision;
import org.vivace.torch.PrecisionProbe;
import org.vivace.train.Effect;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.Recipe;

/**
 * A default recipe on a device: without methods in a precision that the device multiplies more slowly than fp32, such as
 * bf16 on a processor that has no instructions for it, and without the methods that need them.
 *
 * @param leftOut a note for each precision
 */
public record NativeRecipe(List<EfficiencyMethod> methods, List<String> leftOut) {

    public NativeRecipe {
        methods = List.copyOf(methods);
        leftOut = List.copyOf(leftOut);
    }

    public static NativeRecipe of(List<EfficiencyMethod> recipe, Device device) {
        return of(recipe, precision -> PrecisionProbe.relativeTime(device, precision));
    }

    /** @param relativeTime of a matrix product in a precision, as a multiple of its time in fp32 */
    static NativeRecipe of(List<EfficiencyMethod> recipe, ToDoubleFunction<Precision> relativeTime) {
        List<EfficiencyMethod> methods = recipe;
        List<String> notes = new ArrayList<>();
        for (Precision precision : precisions(recipe)) {
            double time = relativeTime.applyAsDouble(precision);
            if (time > 1) {
                List<EfficiencyMethod> rest = Recipe.withNeedsMet(methods.stream()
                        .filter(method -> !precisions(List.of(method)).contains(precision))
                        .toList());
                notes.add(methods.stream()
                                .filter(method -> !rest.contains(method))
                                .map(EfficiencyMethod::label)
                                .collect(Collectors.joining(" and "))
                        + " left out, since a matrix product in " + precision + " takes " + Figures.times(time)
                        + " as long as in fp32 on this device");
                methods = rest;
            }
        }
        return new NativeRecipe(methods, notes);
    }

    /** The record with these notes too. */
    public BenchRecord noted(BenchRecord record) {
        return record.withNotes(
                Stream.concat(record.notes().stream(), leftOut.stream()).toList());
    }

    private static Set<Precision> precisions(List<EfficiencyMethod> methods) {
        return methods.stream()
                .flatMap(method -> method.effects().stream())
                .filter(Effect.LowPrecision.class::isInstance)
                .map(effect -> ((Effect.LowPrecision) effect).precision())
                .collect(Collectors.toSet());
    }
}
