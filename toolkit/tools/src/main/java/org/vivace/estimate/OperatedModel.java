package org.vivace.estimate;

import java.util.ArrayDeque;
import java.util.Deque;
import org.vivace.train.Effect;
import org.vivace.train.EfficiencyMethod;
import org.vivace.train.Surgery;

/** A model with the blocks in it that the methods put there; as it was once this is closed. */
final class OperatedModel implements AutoCloseable {

    /** The last method's on top, which is undone first. */
    private final Deque<Surgery> surgeries = new ArrayDeque<>();

    /** @throws IllegalArgumentException where a method finds nothing to replace */
    OperatedModel(Estimator asked) {
        try {
            for (EfficiencyMethod method : asked.methods()) {
                for (Effect effect : method.effects()) {
                    if (effect instanceof Effect.ReplacedBlocks replaced) {
                        surgeries.push(Surgery.on(asked.block(), method.name()));
                        replaced.by().accept(surgeries.peek());
                    }
                }
            }
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    @Override
    public void close() {
        surgeries.forEach(Surgery::undo);
    }
}
