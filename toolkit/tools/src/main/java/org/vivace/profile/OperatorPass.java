package org.vivace.profile;

import ai.djl.Model;
import ai.djl.translate.TranslateException;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.vivace.torch.OperatorTrace;
import org.vivace.trace.Operators;
import org.vivace.trace.StepPhase;

/** Steps whose operators are traced, with the phases of the step they are in. */
final class OperatorPass {

    private OperatorPass() {}

    static Operators record(Model model, int steps, TrainerStep.Watched step) throws IOException, TranslateException {
        try {
            return Operators.record(model, () -> {
                for (int i = 0; i < steps; i++) {
                    try {
                        step.run(OperatorPass::in);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    } catch (TranslateException e) {
                        throw new Untranslated(e);
                    }
                }
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        } catch (Untranslated e) {
            throw (TranslateException) e.getCause();
        }
    }

    private static TrainerStep.PhaseWatch.End in(StepPhase phase) {
        OperatorTrace.Range range = Operators.in(phase);
        return range::close;
    }

    /** Carries DJL's checked exception through a Runnable. */
    private static final class Untranslated extends RuntimeException {

        private static final long serialVersionUID = 1;

        Untranslated(TranslateException cause) {
            super(cause);
        }
    }
}
