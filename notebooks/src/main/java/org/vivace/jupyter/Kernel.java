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

/** The kernel that this process is, where it is one. */
final class Kernel {

    private static volatile @Nullable CellDisplay display;

    private Kernel() {}

    /** The last line of the script that every kernel starts with. Does nothing where there is no kernel. */
    public static void begin() {
        if (display == null) {
            IJavaKernel.running().ifPresent(kernel -> {
                kernel.registerRenderings();
                enter(kernel);
            });
        }
    }

    /** The place below this kernel's cells; empty where this process is none. */
    static Optional<CellDisplay> display() {
        return Optional.ofNullable(display);
    }

    /** The imports that cells find, and what else is to be run before the first of them. */
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
        // Kernels log every message that comes and goes, on the terminal that Jupyter runs in.
        Logger.getLogger("").setLevel(Level.WARNING);
        endWithJupyter();
    }

    /** Jupyter tells its own process, and 'notebook run' its; where one was killed, nobody else would end this one. */
    private static void endWithJupyter() {
        process("JPY_PARENT_PID").flatMap(ProcessHandle::of).ifPresent(Kernel::endWith);
        // That one is always on this machine, so where it is not there, it has ended already.
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
