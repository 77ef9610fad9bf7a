package org.vivace.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** A method that changes nothing and writes down each hook it is called at. */
final class Recording implements EfficiencyMethod {

    private final String name;
    private final List<String> calls;
    private final List<Phase> phases = new ArrayList<>();
    private Traits traits = Traits.of(Kind.LOSS, Equivalence.BIT_EQUAL);

    Recording(String name, List<String> calls) {
        this.name = name;
        this.calls = calls;
    }

    Recording phase(Phase phase) {
        phases.add(phase);
        return this;
    }

    Recording with(Traits value) {
        traits = value;
        return this;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Traits traits() {
        return traits;
    }

    @Override
    public Hooks attach(Run run) {
        note("attach");
        return new Notes();
    }

    private void note(String hook) {
        calls.add(name + " " + hook);
    }

    private final class Notes implements Hooks {

        @Override
        public void onModel(Run run, Surgery surgery) {
            note("model");
        }

        @Override
        public void onStart(Run run) {
            note("start");
        }

        @Override
        public List<Phase> phases(Run run) {
            return phases;
        }

        @Override
        public Sample onBatch(Run run, Sample sample) {
            note("batch " + run.step() + "." + run.batchOfStep());
            return sample;
        }

        @Override
        public NDList aroundForward(Run run, Pass pass, Supplier<NDList> forward) {
            note("enter " + pass);
            try {
                return forward.get();
            } finally {
                note("leave " + pass);
            }
        }

        @Override
        public NDArray onLoss(Run run, NDArray loss, Sample sample, NDList predictions) {
            note("loss");
            return loss;
        }

        @Override
        public void aroundBackward(Run run, NDArray loss, Backward backward) {
            note("enter backward");
            try {
                backward.from(loss);
            } finally {
                note("leave backward");
            }
        }

        @Override
        public void onGradients(Run run) {
            note("gradients");
        }

        @Override
        public boolean stepsNow(Run run) {
            note("steps now?");
            return true;
        }

        @Override
        public boolean update(Run run) {
            note("update");
            return false;
        }

        @Override
        public void onStepped(Run run) {
            note("stepped");
        }

        @Override
        public void onEnd(Run run) {
            note("end");
        }

        @Override
        public void close() {
            note("close");
        }
    }
}
