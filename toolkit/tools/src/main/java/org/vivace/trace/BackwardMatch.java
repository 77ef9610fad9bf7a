package org.vivace.trace;

/**
 * How many nodes of the backward passes found the forward operator that made them.
 *
 * @param nodes all that ran, those apart that only add to a parameter's gradient: they go with the node before them
 * @param matched by kind and order
 * @param between the rest whose neighbours in order are of one block, so that they are of it too
 * @param unmatched the rest; they go with the innermost block that holds both neighbours
 */
public record BackwardMatch(int nodes, int matched, int between, int unmatched) {

    public static final BackwardMatch NONE = new BackwardMatch(0, 0, 0, 0);

    BackwardMatch plus(BackwardMatch other) {
        return new BackwardMatch(
                nodes + other.nodes, matched + other.matched, between + other.between, unmatched + other.unmatched);
    }
}
