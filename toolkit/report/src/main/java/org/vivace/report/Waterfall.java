package org.vivace.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.vivace.measure.BenchRecord;
import org.vivace.measure.Figures;
import org.vivace.measure.Interval;
import org.vivace.measure.Variant;

/** A recipe as one number that falls method by method. */
final class Waterfall {

    private Waterfall() {}

    /**
     * The baseline's bar, then one for the recipe's first method, the first two and so on. Empty where one of these was
     * not measured, or where several recipes are as long, so that none is what the others lead up to.
     */
    static List<Bar> bars(BenchRecord record) {
        List<Variant> measured = Plots.measured(record);
        Optional<Variant> recipe = record.recipe().filter(measured::contains);
        int length = recipe.map(each -> each.methods().size()).orElse(0);
        if (length == 0
                || measured.stream()
                                .filter(each -> each.methods().size() == length)
                                .count()
                        > 1) {
            return List.of();
        }
        List<Bar> bars = new ArrayList<>();
        bars.add(bar(Words.BASELINE, record.baseline().stepMillis(), 0));
        for (int count = 1; count <= length; count++) {
            List<String> start = recipe.orElseThrow().methods().subList(0, count);
            Optional<Variant> reached = measured.stream()
                    .filter(each -> each.methods().equals(start))
                    .findFirst();
            if (reached.isEmpty()) {
                return List.of();
            }
            String added = "+ " + start.get(count - 1);
            bars.add(bar(added, reached.get().stepMillis(), count == length ? 1 : 0.6));
        }
        return bars;
    }

    /** @param strength 0 for the baseline, 1 for the whole recipe */
    private static Bar bar(String label, Interval millis, double strength) {
        return new Bar(
                label,
                Figures.number(millis.median()) + " ms",
                millis,
                strength == 0 ? Theme.MUTED : Theme.pale(Theme.STRONG, strength));
    }
}
