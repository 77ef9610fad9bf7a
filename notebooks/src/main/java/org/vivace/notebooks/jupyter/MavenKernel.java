package org.vivace.notebooks.jupyter;

import org.rapaio.jupyter.kernel.MainApp;
import org.rapaio.jupyter.kernel.core.RapaioKernel;
import org.rapaio.jupyter.kernel.core.java.JavaEngine;
import org.rapaio.jupyter.kernel.core.java.RapaioExecutionControl;
import org.rapaio.jupyter.kernel.core.java.RapaioExecutionControlProvider;
import org.rapaio.jupyter.kernel.display.DisplayData;
import sun.misc.Signal;

/**
 * The kernel from Maven, with the imports in place, the display known, and an interrupt that ends a cell.
 *
 * <p>Its own handling of Jupyter's interrupt message shuts down what runs cells for good and mixes up which cell the
 * answers belong to, so its interrupts have to come as a signal.
 */
public final class MavenKernel implements CellDisplay {

    private final RapaioKernel kernel;

    private MavenKernel(RapaioKernel kernel) {
        this.kernel = kernel;
    }

    /** @param arguments the connection file, which Jupyter writes */
    public static void main(String[] arguments) throws Exception {
        RapaioKernel kernel = MainApp.kernel;
        endCellsOnSignal(kernel.javaEngine());
        Kernel.enter(new MavenKernel(kernel));
        if (System.getenv("CLASSPATH") != null) {
            // A compiler prefers that variable to what this process was started with.
            kernel.javaEngine().getShell().addToClasspath(System.getProperty("java.class.path"));
        }
        kernel.javaEngine().eval(kernel.executionContext(), Kernel.startScript());
        MainApp.main(arguments);
        System.exit(0);
    }

    @Override
    public void show(String id, String text) {
        kernel.display(data(id, text));
    }

    @Override
    public void update(String id, String text) {
        kernel.updateDisplay(data(id, text));
    }

    private static DisplayData data(String id, String text) {
        DisplayData data = DisplayData.fromText(text);
        data.setDisplayId(id);
        return data;
    }

    private static void endCellsOnSignal(JavaEngine engine) {
        RapaioExecutionControlProvider provider =
                (RapaioExecutionControlProvider) Calls.field(engine, "controlProvider");
        RapaioExecutionControl control = provider.getRegisteredControl((String) Calls.field(engine, "executionId"));
        try {
            Signal.handle(new Signal("INT"), signal -> control.interrupt());
        } catch (IllegalArgumentException e) {
            System.err.println("Vivace: this process was started so that it ignores interrupts, so the interrupt button"
                    + " does nothing: start Jupyter in the foreground");
        }
    }
}
