package org.vivace.train;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.DoubleSupplier;

/** How far a run has come, by its steps or by a clock. */
record Progress(OptionalLong steps, Optional<DoubleSupplier> clock) {

    /** As set by the settings. */
    static Progress of(RunSettings settings) {
        return new Progress(settings.steps(), settings.progress());
    }

    /** @param share the share of the run that is done, whatever its steps */
    static Progress of(DoubleSupplier share) {
        return new Progress(OptionalLong.empty(), Optional.of(share));
    }

    boolean known() {
        return clock.isPresent() || steps.isPresent();
    }

    /** The share that is done after that many steps, in [0, 1]. */
    double at(long step) {
        if (clock.isPresent()) {
            return Math.min(1, clock.get().getAsDouble());
        }
        long all = steps.orElseThrow(() -> new IllegalStateException(
                "expected a run of known length, got one without: give RunSettings.steps(n)"));
        return Math.min(1, (double) step / all);
    }
}
