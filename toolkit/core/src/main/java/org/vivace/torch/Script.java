package org.vivace.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.pytorch.jni.TorchBridge;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * TorchScript functions written in Java source, which give access to every ATen operator that DJL's JNI layer does not
 * bind.
 *
 * <p>A saved TorchScript module is a zip of a few small entries; this class writes one in memory around the given
 * functions and lets DJL load it. Loading happens on the first call, so that no class initializer touches libtorch.
 *
 * <p>Calls run under libtorch's profiling executor, as DJL leaves it. Turning that off for a call ({@code
 * setGraphExecutorOptimize}) was measured on attention, layer norm and cast, forward and backward, with one shape and
 * with 97 alternating shapes: it saves each function 0.2 to 4 ms once, on its second call, and nothing after that; new
 * shapes cost nothing either way. A function of one operator has nothing to specialise.
 */
final class Script {

    private final String name;
    private final String functions;
    private volatile @Nullable PtSymbolBlock module;

    private Script(String name, String functions) {
        this.name = name;
        this.functions = functions;
    }

    /**
     * @param name a Python identifier; it appears in libtorch's error messages
     * @param functions TorchScript functions of the form {@code def f(self, x: Tensor) -> Tensor:}
     */
    static Script of(String name, String functions) {
        return new Script(name, functions);
    }

    String name() {
        return name;
    }

    /** Calls a function under the thread's gradient mode; the result belongs to the first array's manager. */
    NDArray tensor(String function, Object... arguments) {
        return followed(NDArray.class, function, arguments)
                .orElseGet(() -> tensorOn(managerOf(arguments), function, arguments));
    }

    /** The same with the result on the given manager. */
    NDArray tensorOn(NDManager owner, String function, Object... arguments) {
        PtNDManager manager = (PtNDManager) owner;
        return result(value -> value.toTensor(manager), function, arguments);
    }

    /** Calls a function that returns a list or tuple of tensors. */
    NDList tensors(String function, Object... arguments) {
        return followed(NDList.class, function, arguments)
                .orElseGet(() -> tensorsOn(managerOf(arguments), function, arguments));
    }

    /** The same with the results on the given manager. */
    NDList tensorsOn(NDManager owner, String function, Object... arguments) {
        PtNDManager manager = (PtNDManager) owner;
        return result(value -> value.toNDList(manager), function, arguments);
    }

    /** Calls a function that returns an int. */
    int number(String function, Object... arguments) {
        return followed(Integer.class, function, arguments)
                .orElseGet(() -> result(value -> Math.toIntExact(value.toLong()), function, arguments));
    }

    /** The result of a symbolic array among the arguments; empty if all arrays are real. */
    private <T> Optional<T> followed(Class<T> type, String function, Object... arguments) {
        return ScriptCall.symbolic(arguments)
                .map(symbolic -> type.cast(symbolic.follow(new ScriptCall(this, function, arguments))));
    }

    private <T> T result(Function<IValue, T> read, String function, Object... arguments) {
        try (IValue result = run(function, true, arguments)) {
            return read.apply(result);
        }
    }

    /** Calls a function whose result is only passed to another one; the caller closes it. */
    IValue object(String function, Object... arguments) {
        return run(function, true, arguments);
    }

    /** Calls a function that changes its arguments in place, outside autograd. */
    void update(String function, Object... arguments) {
        run(function, false, arguments).close();
    }

    /**
     * Calls a function whose first argument is a tensor without an NDArray, under the thread's gradient mode; the
     * tensor's owner keeps it.
     *
     * @return the resulting tensor's handle, for the caller to free
     */
    long handle(String function, long tensor, Object... others) {
        IValue[] values = new IValue[1 + others.length];
        try {
            values[0] = TorchBridge.value(tensor);
            for (int i = 0; i < others.length; i++) {
                values[i + 1] = valueOf(others[i]);
            }
            try (IValue result = TorchBridge.run(module().getHandle(), function, values, true)) {
                return TorchBridge.tensor(result);
            }
        } finally {
            closeMade(values, 1, others);
        }
    }

    private IValue run(String function, boolean autograd, Object... arguments) {
        IValue[] values = new IValue[arguments.length];
        try {
            for (int i = 0; i < arguments.length; i++) {
                values[i] = valueOf(arguments[i]);
            }
            return TorchBridge.run(module().getHandle(), function, values, autograd);
        } finally {
            closeMade(values, 0, arguments);
        }
    }

    /** Closes the values created from the arguments, the first of which is at {@code from}. */
    private static void closeMade(IValue[] values, int from, Object... arguments) {
        for (int i = 0; i < values.length; i++) {
            if (values[i] != null && (i < from || values[i] != arguments[i - from])) {
                values[i].close();
            }
        }
    }

    /** An argument that is already an IValue is used as it is and stays open: lists over all parameters are kept. */
    private static IValue valueOf(Object argument) {
        if (argument instanceof IValue value) {
            return value;
        } else if (argument instanceof PtNDArray array) {
            return IValue.from(array);
        } else if (argument instanceof Double number) {
            return IValue.from(number.doubleValue());
        } else if (argument instanceof Long number) {
            return IValue.from(number.longValue());
        } else if (argument instanceof Integer number) {
            return IValue.from(number.longValue());
        } else if (argument instanceof Boolean flag) {
            return IValue.from(flag.booleanValue());
        } else if (argument instanceof String text) {
            return IValue.from(text);
        } else if (argument instanceof long[] numbers) {
            return IValue.listFrom(numbers);
        } else if (argument instanceof List<?> arrays) {
            for (Object array : arrays) {
                if (!(array instanceof PtNDArray)) {
                    throw wrong("a list of arrays of the PyTorch engine", array);
                }
            }
            return IValue.listFrom(arrays.toArray(PtNDArray[]::new));
        }
        throw wrong("an array of the PyTorch engine, a list of them, a number, a boolean or a text", argument);
    }

    private static IllegalArgumentException wrong(String expected, Object found) {
        String type = found == null ? "null" : found.getClass().getSimpleName();
        return new IllegalArgumentException("expected " + expected + ", got " + type);
    }

    private static PtNDManager managerOf(Object... arguments) {
        for (Object argument : arguments) {
            if (argument instanceof PtNDArray array) {
                return array.getManager();
            } else if (argument instanceof List<?> list && !list.isEmpty() && list.get(0) instanceof PtNDArray array) {
                return array.getManager();
            }
        }
        throw new IllegalArgumentException("expected at least one array of the PyTorch engine among the arguments");
    }

    private PtSymbolBlock module() {
        PtSymbolBlock loaded = module;
        return loaded != null ? loaded : load();
    }

    private synchronized PtSymbolBlock load() {
        if (module == null) {
            // A separate manager, never closed: the functions are needed as long as the engine lives.
            PtNDManager manager = (PtNDManager) NDManager.newBaseManager("PyTorch");
            manager.setName("vivace-" + name);
            try {
                module = JniUtils.loadModule(manager, new ByteArrayInputStream(archive()), false, false);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } finally {
                if (module == null) {
                    manager.close();
                }
            }
        }
        return module;
    }

    private byte[] archive() throws IOException {
        String type = "__torch__." + name;
        StringBuilder source = new StringBuilder(
                "class " + name + "(Module):\n  __parameters__ = []\n  __buffers__ = []\n  training : bool\n");
        functions
                .lines()
                .forEach(line -> source.append("  ")
                        .append(line.replace("(self,", "(self: " + type + ","))
                        .append('\n'));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.setMethod(ZipOutputStream.STORED);
            store(zip, "version", "10\n".getBytes(StandardCharsets.UTF_8));
            store(zip, "data.pkl", pickledModule());
            store(zip, "constants.pkl", new byte[] {(byte) 0x80, 2, ')', '.'});
            store(zip, "code/__torch__.py", source.toString().getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    private void store(ZipOutputStream zip, String path, byte[] content) throws IOException {
        CRC32 checksum = new CRC32();
        checksum.update(content);
        ZipEntry entry = new ZipEntry(name + "/" + path);
        entry.setSize(content.length);
        entry.setCompressedSize(content.length);
        entry.setCrc(checksum.getValue());
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }

    /** Pickle, protocol 2: an object of the class whose only state is {@code training = True}. */
    private byte[] pickledModule() throws IOException {
        ByteArrayOutputStream pickle = new ByteArrayOutputStream();
        byte[] key = "training".getBytes(StandardCharsets.US_ASCII);
        pickle.write(new byte[] {(byte) 0x80, 2, 'c'});
        pickle.write(("__torch__\n" + name + "\n").getBytes(StandardCharsets.US_ASCII));
        pickle.write(new byte[] {')', (byte) 0x81, '}', 'X', (byte) key.length, 0, 0, 0});
        pickle.write(key);
        pickle.write(new byte[] {(byte) 0x88, 's', 'b', '.'});
        return pickle.toByteArray();
    }
}
