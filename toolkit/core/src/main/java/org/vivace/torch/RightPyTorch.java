package org.vivace.torch;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineProvider;
import ai.djl.pytorch.engine.PtEngineProvider;
import java.lang.reflect.Field;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * DJL's PyTorch engine, with {@link NativeCheck} before libtorch is loaded, which would crash where DJL's native layer does
 * not fit it, and with {@link Arithmetic#correct} called before its first use. DJL finds it on the class path, so stock
 * DJL's trainers and predictors are right as well; the system property {@code vivace.arithmetic=stock} leaves DJL as it is
 * until a run of Vivace begins.
 */
public final class RightPyTorch extends PtEngineProvider {

    private static final Logger LOGGER = LoggerFactory.getLogger(RightPyTorch.class);

    private boolean begun;

    /** For DJL, which creates one instance of each provider that it finds. */
    public RightPyTorch() {
        if (!"stock".equals(System.getProperty("vivace.arithmetic"))) {
            takeThePlace();
        }
    }

    /** DJL keeps the first provider of a name, and the class path decides which one that is. */
    @SuppressWarnings("unchecked") // the field is declared so
    private void takeThePlace() {
        try {
            Field engines = Engine.class.getDeclaredField("ALL_ENGINES");
            engines.setAccessible(true);
            ((Map<String, EngineProvider>) engines.get(null)).put(getEngineName(), this);
        } catch (ReflectiveOperationException | RuntimeException e) {
            LOGGER.warn(
                    "expected DJL 0.36 to keep its engines in ALL_ENGINES, found {}: call Arithmetic.correct() before"
                            + " the first model, or plain DJL may compute wrongly on this machine",
                    e.toString());
        }
    }

    @Override
    public synchronized Engine getEngine() {
        return Threads.uninterrupted(this::engine);
    }

    private Engine engine() {
        if (begun || "stock".equals(System.getProperty("vivace.arithmetic"))) {
            return super.getEngine();
        }
        NativeCheck.beforeLoading();
        Engine engine = super.getEngine();
        begun = true; // the check of the arithmetic gets the engine itself
        Arithmetic.correct();
        return engine;
    }
}
