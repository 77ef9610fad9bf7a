package org.vivace.measure;

import java.util.List;
import java.util.Optional;

/**
 * The result of {@link PairedTiming}: samples of every variant in the given order, the baseline first.
 *
 * @param again the baseline timed a second time as if it were a variant, if requested
 * @param partial whether the measurement was interrupted; only complete rounds are kept
 * @param warmupRounds discarded before these
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

    /** A note if the warm-up ended too early; unknown, so empty, for an interrupted measurement. */
    Optional<String> warning() {
        return partial || steady
                ? Optional.empty()
                : Optional.of("the step time was still falling when the warm-up ended after " + warmupRounds
                        + (warmupRounds == 1 ? " round" : " rounds")
                        + ", so it may be told too long here: give the measurement more time");
    }
}
