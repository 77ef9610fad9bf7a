package org.vivace.profile;

import java.util.Objects;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What one block of the model takes of a step; medians over the steps. A block's time has that of the blocks inside it
 * in it, its own time has not.
 *
 * @param path the names of the children that lead to it from the root, joined by slashes
 * @param kind its class
 * @param calls forward passes through it in a step, the mean over the steps
 * @param backwardMillis empty where it could not be measured; a note of the profile says why
 * @param ownBackwardMillis as {@code backwardMillis}
 * @param activationBytes what its forward pass leaves allocated for the backward pass, empty where the system does not
 *     report it
 */
public record BlockTime(
        String path,
        String kind,
        double calls,
        double forwardMillis,
        double ownForwardMillis,
        OptionalDouble backwardMillis,
        OptionalDouble ownBackwardMillis,
        OptionalLong activationBytes) {

    /** JSON without a field hands over null for it. */
    public BlockTime {
        backwardMillis = Objects.requireNonNullElse(backwardMillis, OptionalDouble.empty());
        ownBackwardMillis = Objects.requireNonNullElse(ownBackwardMillis, OptionalDouble.empty());
        activationBytes = Objects.requireNonNullElse(activationBytes, OptionalLong.empty());
    }

    /** Forward and backward pass, without the blocks inside it, as far as they were measured. */
    public double ownMillis() {
        return ownForwardMillis + ownBackwardMillis.orElse(0);
    }
}
