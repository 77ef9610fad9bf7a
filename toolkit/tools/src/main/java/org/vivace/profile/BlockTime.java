package org.vivace.profile;

import org.jspecify.annotations.Nullable;

/**
 * What one block of the model takes of a step; medians over the steps. A block's time has that of the blocks inside it
 * in it, its own time has not.
 *
 * @param path the names of the children that lead to it from the root, joined by slashes
 * @param kind its class
 * @param calls forward passes through it in a step, the mean over the steps
 * @param backwardMillis null where it could not be measured; a note of the profile says why
 * @param ownBackwardMillis as {@code backwardMillis}
 * @param activationBytes what its forward pass leaves allocated for the backward pass, or null where the system does not
 *     tell
 */
public record BlockTime(
        String path,
        String kind,
        double calls,
        double forwardMillis,
        double ownForwardMillis,
        @Nullable Double backwardMillis,
        @Nullable Double ownBackwardMillis,
        @Nullable Long activationBytes) {}
