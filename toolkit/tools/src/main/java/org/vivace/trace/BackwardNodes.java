package org.vivace.trace;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Gives the nodes of one backward pass the blocks of the forward operators that made them. */
final class BackwardNodes {

    private static final String NODE = "autograd::engine::evaluate_function: ";
    private static final String ACCUMULATION = NODE + "torch::autograd::AccumulateGrad";
    private static final Pattern KIND = Pattern.compile("(\\w+)Backward\\d*");

    private BackwardNodes() {}

    static boolean isNode(TracedCall call) {
        return call.name().startsWith(NODE);
    }

    /**
     * @param nodes those of the pass, as they ran
     * @param forward operators before the pass that no earlier one has claimed, as they ran
     * @param claimed gets those that made a node, with the shape of their result's gradient
     */
    static BackwardMatch attribute(
            List<TracedCall> nodes, List<TracedCall> forward, Map<TracedCall, List<Long>> claimed) {
        List<TracedCall> made =
                nodes.stream().filter(node -> !node.name().equals(ACCUMULATION)).toList();
        List<String> kinds = made.stream().map(BackwardNodes::kind).toList();
        List<TracedCall> operators = candidates(forward, Set.copyOf(kinds));
        List<String> operatorKinds =
                operators.stream().map(BackwardNodes::operatorKind).toList();
        Set<String> known = Set.copyOf(operatorKinds);
        // A node of a kind that no operator has would only lengthen the search.
        List<Integer> sought = new ArrayList<>();
        for (int i = 0; i < made.size(); i++) {
            if (known.contains(kinds.get(i))) {
                sought.add(i);
            }
        }
        int[] partners = BackwardOrder.match(
                sought.size(),
                operators.size(),
                (node, operator) -> kinds.get(sought.get(node)).equals(operatorKinds.get(operator))
                        && shapesAgree(made.get(sought.get(node)), operators.get(operator)));
        String[] blocks = new String[made.size()];
        int matched = 0;
        for (int i = 0; i < partners.length; i++) {
            if (partners[i] >= 0) {
                TracedCall operator = operators.get(partners[i]);
                blocks[sought.get(i)] = operator.block;
                claimed.put(operator, gradient(made.get(sought.get(i))).orElse(List.of()));
                matched++;
            }
        }
        int between = BlockPaths.fill(blocks);
        assign(nodes, made, blocks);
        return new BackwardMatch(made.size(), matched, between, made.size() - matched - between);
    }

    private static void assign(List<TracedCall> nodes, List<TracedCall> made, String[] blocks) {
        int next = 0;
        String block = "";
        for (TracedCall node : nodes) {
            if (next < made.size() && made.get(next) == node) {
                block = blocks[next++];
            }
            assign(node, block);
        }
    }

    private static void assign(TracedCall call, String block) {
        call.block = block;
        call.children.forEach(child -> assign(child, block));
    }

    /** Operators of the kinds sought, the last one first; of one that calls another of its kind, the inner one. */
    private static List<TracedCall> candidates(List<TracedCall> forward, Set<String> kinds) {
        Set<TracedCall> outer = Collections.newSetFromMap(new IdentityHashMap<>());
        List<TracedCall> found = new ArrayList<>();
        for (int i = forward.size() - 1; i >= 0; i--) {
            TracedCall call = forward.get(i);
            String kind = operatorKind(call);
            if (!kinds.contains(kind) || outer.contains(call)) {
                continue;
            }
            found.add(call);
            for (TracedCall caller = call.parent; caller != null; caller = caller.parent) {
                if (operatorKind(caller).equals(kind)) {
                    outer.add(caller);
                }
            }
        }
        return found;
    }

    /** {@code AddmmBackward0} is made by {@code aten::addmm}, {@code LogSoftmaxBackward0} by {@code aten::_log_softmax}. */
    private static String kind(TracedCall node) {
        Matcher matcher = KIND.matcher(node.name().substring(NODE.length()));
        return matcher.matches() ? matcher.group(1).toLowerCase(Locale.ROOT) : "";
    }

    private static String operatorKind(TracedCall call) {
        return call.name().startsWith("aten::") ? call.name().substring(6).replace("_", "") : call.name();
    }

    /** The shape of what comes into the node, which is that of what its operator gave out. */
    private static Optional<List<Long>> gradient(TracedCall node) {
        String name = node.name().substring(NODE.length());
        return node.children.stream()
                .filter(child -> child.name().equals(name))
                .flatMap(child -> child.event.shapes().stream().limit(1))
                .findFirst();
    }

    private static boolean shapesAgree(TracedCall node, TracedCall operator) {
        Optional<List<Long>> gradient = gradient(node).filter(shape -> !shape.isEmpty());
        if (gradient.isEmpty()) {
            return true;
        }
        if (operator.name().equals("aten::convolution")) {
            return OutputShape.ofConvolution(operator, gradient.get());
        }
        return OutputShape.of(operator).map(gradient.get()::equals).orElse(true);
    }
}
