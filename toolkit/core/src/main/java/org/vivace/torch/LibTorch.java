package org.vivace.torch;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.pytorch.jni.LibUtils;
import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Functions of the libtorch that DJL has already loaded, called by their (mangled) names. */
final class LibTorch {

    private LibTorch() {}

    /** A function that {@code libtorch_cpu} exports; it must take and return plain integers and throw nothing. */
    static Function function(String mangledName) {
        return library("torch_cpu").getFunction(mangledName);
    }

    /** Calls a function that returns a C++ {@code bool}, of which only the lowest byte is set. */
    static boolean flag(Function function, Object... arguments) {
        return (function.invokeInt(arguments) & 0xff) != 0;
    }

    /** libtorch's settings for the whole process, {@code at::Context}. */
    static Pointer context() {
        return function("_ZN2at13globalContextEv").invokePointer(new Object[0]);
    }

    /** The address of a variable that {@code libc10} exports. */
    static Pointer variable(String name) {
        return library("c10").getGlobalVariableAddress(name);
    }

    /** The native function of a method in DJL's JNI library. */
    static Function jniFunction(String name) {
        return library("djl_torch").getFunction("Java_ai_djl_pytorch_jni_PyTorchLibrary_" + name);
    }

    /**
     * Whether functions can be found by these names: GCC and Clang share the mangling, Microsoft's compiler does not.
     */
    static boolean reachable() {
        return !Platform.isWindows();
    }

    private static NativeLibrary library(String name) {
        if (!reachable()) {
            throw new EngineException(
                    "expected libtorch's functions under the names that GCC and Clang give them, found"
                            + " Windows: autocast works on Linux and macOS only");
        }
        return Threads.uninterrupted(() -> {
            Engine.getEngine("PyTorch");
            return NativeLibrary.getInstance(loadedPath(name).toString());
        });
    }

    /** DJL loads libtorch from a folder of its choice, under the name {@code libNAME.so} or {@code VERSION-libNAME.so}. */
    private static Path loadedPath(String name) {
        Path maps = Path.of("/proc/self/maps");
        if (Files.isReadable(maps)) {
            try (Stream<String> lines = Files.lines(maps)) {
                List<Path> found = lines.filter(line -> line.endsWith("lib" + name + ".so"))
                        .map(line -> Path.of(line.substring(line.indexOf('/'))))
                        .distinct()
                        .toList();
                if (!found.isEmpty()) {
                    return found.get(0);
                }
            } catch (IOException e) {
                throw new EngineException("could not read " + maps + " to find the libtorch that DJL has loaded", e);
            }
        }
        String suffix = "lib" + name + (Platform.isMac() ? ".dylib" : ".so");
        try (Stream<Path> files = Files.list(Path.of(LibUtils.getLibtorchPath()))) {
            return files.filter(path -> path.getFileName().toString().endsWith(suffix))
                    .findFirst()
                    .orElseThrow(() -> new EngineException("expected a file that ends in " + suffix
                            + " beside the libtorch that DJL has loaded, found none"));
        } catch (IOException e) {
            throw new EngineException("could not look into the folder of the libtorch that DJL has loaded", e);
        }
    }
}
