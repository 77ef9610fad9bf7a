package org.vivace.train;

import java.util.function.DoubleSupplier;

/**
 * How far a run has come.
 *
 * @param told says it where it is not the step count that does, or null
 */
record Progress(RunSettings settings, DoubleSupplier told) {

    Progress {
        told = told != null ? told : settings.progress().orElse(null);
    }

    boolean known() {
        return told != null || settings.steps().isPresent();
    }

    /** The share that is done after that many steps, in [0, 1]. */
    double at(long step) {
        if (told != null) {
            return Math.min(1, told.getAsDouble());
        }
        long steps = settings.steps()
                .orElseThrow(() -> new IllegalStateException(
                        "expected a run of known length, got one without: give RunSettings.steps(n)"));
        return Math.min(1, (double) step / steps);
    }
}
