package org.vivace.estimate;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A node of the gradient graph: a recorded operation, or a leaf, where gradients accumulate.
 *
 * @see GradientPass
 */
final class GradientNode {

    /**
     * An edge from an operation to the node of an operand.
     *
     * @param to the operand's own node
     * @param output index of the operand among the results of {@code to}
     * @param bytes of the operand's gradient
     * @param passed whether it is the gradient of the result itself, or a view of it, and takes no memory
     */
    record Edge(GradientNode to, int output, long bytes, boolean passed) {}

    private final long number;
    private final @Nullable Recording recording;
    private final List<Edge> edges;
    private List<MemoryLedger.Storage> saved;

    /** A leaf, whose gradient the engine accumulates as it arrives. */
    static GradientNode leaf() {
        return new GradientNode(Long.MAX_VALUE, null, List.of(), List.of());
    }

    GradientNode(long number, @Nullable Recording recording, List<Edge> edges, List<MemoryLedger.Storage> saved) {
        this.number = number;
        this.recording = recording;
        this.edges = edges;
        this.saved = new ArrayList<>(saved);
        saved.forEach(MemoryLedger.Storage::hold);
    }

    long number() {
        return number;
    }

    boolean isLeaf() {
        return recording == null;
    }

    /** Of an operation, not of a leaf. */
    Recording recording() {
        return Objects.requireNonNull(recording, "expected an operation, got a leaf");
    }

    List<Edge> edges() {
        return edges;
    }

    /** The bytes of the gradients that it allocates itself. */
    long gradientBytes() {
        return edges.stream()
                .filter(edge -> !edge.passed())
                .mapToLong(Edge::bytes)
                .sum();
    }

    /** Releases the arrays saved for this node's backward pass. */
    void forget() {
        saved.forEach(MemoryLedger.Storage::release);
        saved = List.of();
    }
}
