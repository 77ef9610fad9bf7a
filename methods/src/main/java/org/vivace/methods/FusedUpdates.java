package org.vivace.methods;

import org.vivace.train.Hooks;
import org.vivace.train.OptimizerChanges;
import org.vivace.train.OptimizerSettings;
import org.vivace.train.OptimizerState;
import org.vivace.train.Run;
import org.vivace.train.State;

/** The update of one of DJL's optimizers, by its own rule and with changes, over all parameters in one pass. */
final class FusedUpdates implements Hooks {

    private final OptimizerSettings djl;
    private final OptimizerChanges changes;
    private final OptimizerState state;

    /** @param method the name used for the changes in the run's log */
    FusedUpdates(String method, OptimizerSettings djl, OptimizerChanges changes, Run run) {
        this.djl = djl;
        this.changes = changes;
        changes.announce(method, run, djl.common());
        state = new OptimizerState(run, parameter -> changes.decayOf(parameter, djl.common()), parameter -> djl.kept());
    }

    @Override
    public boolean update(Run run) {
        changes.applyTo(run.withGradients(), djl.common());
        for (OptimizerState.Group group : state.next(djl.common()::learningRate)) {
            djl.update(state, group);
        }
        return true;
    }

    @Override
    public boolean skipsOnDevice() {
        return true;
    }

    @Override
    public void save(State.Writer writer) {
        state.save(writer);
    }

    @Override
    public void load(State.Reader reader) {
        state.load(reader);
    }

    @Override
    public void close() {
        state.close();
    }
}
