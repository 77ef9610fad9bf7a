package org.vivace.estimate;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * Walks a gradient graph as libtorch's engine does, from the last recorded operation to the first, and holds the
 * gradients' bytes in the ledger until they are used.
 */
final class GradientPass {

    private final MemoryLedger ledger;
    private final Map<GradientNode, Map<Integer, MemoryLedger.Storage>> arrived = new HashMap<>();
    private final PriorityQueue<GradientNode> ready =
            new PriorityQueue<>(Comparator.comparingLong(GradientNode::number).reversed());

    private GradientPass(MemoryLedger ledger) {
        this.ledger = ledger;
    }

    /**
     * @param start the node to begin at, with a gradient of its own size
     * @param keepGraph whether saved arrays are kept
     * @param leaves receives each reached leaf and its gradient, which stays held
     */
    static void from(
            MemoryLedger ledger,
            SymbolicArray start,
            boolean keepGraph,
            BiConsumer<GradientNode, MemoryLedger.Storage> leaves) {
        GradientPass pass = new GradientPass(ledger);
        pass.arrive(start.node(), start.output(), ledger.storage(start.bytes()).hold());
        while (!pass.ready.isEmpty()) {
            GradientNode node = pass.ready.poll();
            Collection<MemoryLedger.Storage> gradients = Objects.requireNonNull(
                            pass.arrived.remove(node), "expected a gradient at a ready node")
                    .values();
            if (node.isLeaf()) {
                leaves.accept(node, gradients.iterator().next());
            } else {
                pass.through(node, gradients);
                if (!keepGraph) {
                    node.forget();
                }
                gradients.forEach(MemoryLedger.Storage::release);
            }
        }
    }

    private void through(GradientNode node, Collection<MemoryLedger.Storage> gradients) {
        node.recording()
                .ranBackward(gradients.stream()
                        .mapToLong(MemoryLedger.Storage::bytes)
                        .sum());
        for (GradientNode.Edge edge : node.edges()) {
            MemoryLedger.Storage gradient = edge.passed() ? gradients.iterator().next() : ledger.storage(edge.bytes());
            arrive(edge.to(), edge.output(), gradient.hold());
        }
        ledger.brieflyHeld(node.recording().scratchBytes());
    }

    /** A second gradient is added to the first, in place if the first has no other holder. */
    private void arrive(GradientNode at, int output, MemoryLedger.Storage gradient) {
        Map<Integer, MemoryLedger.Storage> there = arrived.get(at);
        if (there == null) {
            there = new TreeMap<>();
            arrived.put(at, there);
            ready.add(at);
        }
        MemoryLedger.Storage first = there.putIfAbsent(output, gradient);
        if (first == null) {
            return;
        }
        if (!first.hasOneHolder()) {
            MemoryLedger.Storage sum = ledger.storage(first.bytes()).hold();
            there.put(output, sum);
            first.release();
        }
        gradient.release();
    }
}
