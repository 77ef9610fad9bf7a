package org.vivace.measure;

import java.util.List;
import java.util.Optional;

/**
 * What {@link PairedTiming} measured: samples of every variant in the order given, the first being the baseline.
 *
 * @param again the baseline timed a second time as if it were a variant, where that was asked for
 * @param partial whether the measurement was interrupted; only whole rounds are kept
 */
public record Timings(List<Samples> variants, Optional<Samples> again, boolean partial) {

    public Timings {
        variants = List.copyOf(variants);
    }

    public Samples baseline() {
        return variants.get(0);
    }

    public int rounds() {
        return baseline().nanos().size();
    }

    /**
     * The samples under one name.
     *
     * @throws IllegalArgumentException if no variant has that name
     */
    public Samples of(String name) {
        return variants.stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("the variant must be one of "
                        + variants.stream().map(Samples::name).toList() + ", got " + name + ": name one of these"));
    }

    public Interval speedup(String name) {
        return of(name).speedupOver(baseline());
    }

    public Verdict verdict(String name) {
        return Verdict.of(speedup(name));
    }
}
