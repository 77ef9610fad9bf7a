package org.vivace.torch;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** Blocks that are TorchScript modules: libtorch holds their weights, which no {@code ParameterStore} can replace. */
public final class ScriptModule {

    private ScriptModule() {}

    public static boolean is(Block block) {
        return block instanceof PtSymbolBlock;
    }

    /**
     * A copy of the module with its own weights, which have a gradient if the block's parameters are not frozen.
     *
     * @param manager owner of the copy and its weights
     * @throws IllegalArgumentException if the block is not a TorchScript module
     * @throws EngineException if libtorch cannot write the module
     */
    public static Block copy(Block block, NDManager manager) {
        if (!(block instanceof PtSymbolBlock module)) {
            throw new IllegalArgumentException("expected a TorchScript module, got a "
                    + block.getClass().getSimpleName() + ": give a block that was loaded as one");
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        JniUtils.writeModule(module, bytes, false);
        try {
            PtSymbolBlock copy = JniUtils.loadModule(
                    (PtNDManager) manager, new ByteArrayInputStream(bytes.toByteArray()), true, false);
            List<Parameter> given = block.getDirectParameters().values();
            List<Parameter> copied = copy.getDirectParameters().values();
            for (int i = 0; i < given.size(); i++) {
                NDArray weight = copied.get(i).getArray();
                weight.setRequiresGradient(given.get(i).requiresGradient());
                weight.attach(manager);
            }
            return copy;
        } catch (IOException e) {
            throw new UncheckedIOException("could not read a module from memory: " + e.getMessage(), e);
        }
    }
}
