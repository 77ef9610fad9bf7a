package org.vivace.methods;

import java.util.function.Consumer;
import org.vivace.train.Hooks;
import org.vivace.train.Run;
import org.vivace.train.Surgery;

/** The hooks of a method that replaces blocks of the model and does nothing during the steps. */
record BlockReplacement(Consumer<Surgery> surgeon) implements Hooks {

    @Override
    public void onModel(Run run, Surgery surgery) {
        surgeon.accept(surgery);
    }
}
