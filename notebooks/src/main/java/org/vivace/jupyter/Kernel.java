package org.vivace.jupyter;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.vivace.bench.CellDisplay;
import org.vivace.bench.ProgressBar;

/** This process's kernel, if it is one. */
public final class Kernel {

    private static volatile @Nullable CellDisplay display;

    private Kernel() {}

    /** Called by the last line of every kernel's start script. Does nothing outside a kernel. */
    public static void begin() {
        if (display == null) {
            IJavaKernel.running().ifPresent(kernel -> {
                kernel.registerRenderings();
                enter(kernel);
            });
        }
    }

    /** The display below this kernel's cells; empty outside a kernel. */
    static Optional<CellDisplay> display() {
        return Optional.ofNullable(display);
    }

    /** The imports for cells, and other code to run before the first of them. */
    static String startScript() {
        try (InputStream script = Kernel.class.getResourceAsStream("start.jshell")) {
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void enter(CellDisplay shown) {
        display = shown;
        ProgressBar.drawInCells(shown);
        // Kernels log every message, on the terminal that Jupyter runs in.
        Logger.getLogger("").setLevel(Level.WARNING);
        endWithJupyter();
    }

    /** Jupyter and 'notebook run' give their process ids; if one is killed, this process must end itself. */
    private static void endWithJupyter() {
        process("JPY_PARENT_PID").flatMap(ProcessHandle::of).ifPresent(Kernel::endWith);
        // It is always on this machine, so if it is not found, it has already ended.
        process(NotebookRun.PARENT)
                .ifPresent(pid -> ProcessHandle.of(pid).ifPresentOrElse(Kernel::endWith, Kernel::end));
    }

    private static Optional<Long> process(String variable) {
        return Optional.ofNullable(System.getenv(variable))
                .filter(pid -> pid.matches("\\d{1,18}"))
                .map(Long::valueOf);
    }

    private static void endWith(ProcessHandle process) {
        var unused = process.onExit().thenRun(Kernel::end);
    }

    private static void end() {
        Runtime.getRuntime().halt(1);
    }
}
