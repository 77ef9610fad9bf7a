package org.vivace.trace;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Finds the forward operator that made each node of a backward pass.
 *
 * <p>libtorch gives each node a number as the forward pass makes it, and always runs the highest-numbered node whose
 * gradients are there; since a node's users have higher numbers than itself, nodes run in exactly the reverse of the
 * order in which they were made. So the nodes are, by kind, a subsequence of the forward operators read backwards, and
 * the longest common subsequence of the two (Myers 1986, "An O(ND) Difference Algorithm and Its Variations") pairs them.
 * Forward operators that made no node, because nothing in them needed a gradient, stay without a partner.
 */
final class BackwardOrder {

    private BackwardOrder() {}

    /** Whether this node may have been made by that operator. */
    @FunctionalInterface
    interface Pairing {
        boolean fits(int node, int operator);
    }

    /**
     * @param nodes how many nodes, in the order in which they ran
     * @param operators how many forward operators, the last one first
     * @return for each node the operator's index, or -1
     */
    static int[] match(int nodes, int operators, Pairing pairing) {
        List<int[]> furthest = new ArrayList<>();
        int[] now = {0};
        for (int edits = 0; ; edits++) {
            int[] before = now;
            now = new int[2 * edits + 1];
            for (int k = -edits; k <= edits; k += 2) {
                int node = start(before, edits, k);
                int operator = node - k;
                while (node < nodes && operator < operators && pairing.fits(node, operator)) {
                    node++;
                    operator++;
                }
                now[k + edits] = node;
                if (node >= nodes && operator >= operators) {
                    furthest.add(now);
                    return trace(furthest, nodes, operators);
                }
            }
            furthest.add(now);
        }
    }

    /** The node reached on diagonal {@code k = node - operator} after this many edits, before any pairs are taken. */
    private static int start(int[] before, int edits, int k) {
        if (edits == 0) {
            return 0;
        }
        int previous = edits - 1;
        boolean skipOperator = k == -edits || (k != edits && before[k - 1 + previous] < before[k + 1 + previous]);
        return skipOperator ? before[k + 1 + previous] : before[k - 1 + previous] + 1;
    }

    private static int[] trace(List<int[]> furthest, int nodes, int operators) {
        int[] partner = new int[nodes];
        Arrays.fill(partner, -1);
        int node = nodes;
        int operator = operators;
        for (int edits = furthest.size() - 1; edits >= 0; edits--) {
            int k = node - operator;
            int[] before = edits == 0 ? new int[] {0} : furthest.get(edits - 1);
            int start = start(before, edits, k);
            while (node > start) {
                node--;
                operator--;
                partner[node] = operator;
            }
            if (edits > 0) {
                int previous = edits - 1;
                boolean skippedOperator =
                        k == -edits || (k != edits && before[k - 1 + previous] < before[k + 1 + previous]);
                if (skippedOperator) {
                    operator--;
                } else {
                    node--;
                }
            }
        }
        return partner;
    }
}
