package org.vivace.measure;

import java.util.List;
import java.util.Optional;

/**
 * What {@link PairedTiming} measured: samples of every variant in the order given, the first being the baseline.
 *
 * @param again the baseline timed a second time as if it were a variant, where that was asked for
 * @param partial whether the measurement was interrupted; only whole rounds are kept
 * @param warmupRounds thrown away before these
 * @param steady whether the step time had stopped falling by then
 */
public record Timings(
        List<Samples> variants, Optional<Samples> again, boolean partial, int warmupRounds, boolean steady) {

    public Timings {
        variants = List.copyOf(variants);
    }

    /** Of steps that need no warm-up. */
    public Timings(List<Samples> variants, Optional<Samples> again, boolean partial) {
        this(variants, again, partial, 0, true);
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

    /** What a reader must know where the warm-up did not come to its end; of an interrupted measurement nobody can tell. */
    Optional<String> warning() {
        return partial || steady
                ? Optional.empty()
                : Optional.of("the step time was still falling when the warm-up ended after " + warmupRounds
                        + (warmupRounds == 1 ? " round" : " rounds")
                        + ", so it may be told too long here: give the measurement more time");
    }
}
