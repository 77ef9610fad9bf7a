package org.vivace.profile;

import org.vivace.trace.StepPhase;

/** Something that wants to know when a step enters a part and when it leaves it. */
interface Borders {

    /** The end of a part, which comes also where the part fails. */
    @FunctionalInterface
    interface End extends AutoCloseable {
        @Override
        void close();
    }

    /** Nothing is watched. */
    Borders NONE = part -> () -> {};

    End in(StepPhase part);

    /** @param what does the work of this part, where several things in turn do */
    default End in(StepPhase part, String what) {
        return in(part);
    }
}
