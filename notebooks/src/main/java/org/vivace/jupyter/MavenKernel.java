package org.vivace.jupyter;

import java.nio.file.Path;
import java.util.List;
import org.rapaio.jupyter.kernel.MainApp;
import org.rapaio.jupyter.kernel.channels.AbstractChannel;
import org.rapaio.jupyter.kernel.channels.Channels;
import org.rapaio.jupyter.kernel.channels.LoopThread;
import org.rapaio.jupyter.kernel.core.ConnectionProperties;
import org.rapaio.jupyter.kernel.core.RapaioKernel;
import org.rapaio.jupyter.kernel.core.Transform;
import org.rapaio.jupyter.kernel.core.java.JavaEngine;
import org.rapaio.jupyter.kernel.core.java.RapaioExecutionControl;
import org.rapaio.jupyter.kernel.core.java.RapaioExecutionControlProvider;
import org.rapaio.jupyter.kernel.display.DisplayData;
import org.vivace.bench.CellDisplay;

/**
 * The kernel from Maven, with imports, a display, an interrupt that ends a cell, and a start without a race.
 *
 * <p>Its own handling of Jupyter's interrupt message shuts down cell execution for good and assigns replies to the
 * wrong cells, so interrupts have to arrive as a signal.
 */
public final class MavenKernel implements CellDisplay {

    private static final long SETTLED_MILLIS = 50;

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
            // A compiler prefers that variable to this process's class path.
            kernel.javaEngine().getShell().addToClasspath(System.getProperty("java.class.path"));
        }
        kernel.javaEngine().eval(kernel.executionContext(), Kernel.startScript());
        Channels channels =
                new Channels(Transform.fromJson(Texts.read(Path.of(arguments[0])), ConnectionProperties.class));
        connect(channels, kernel);
        channels.joinUntilClose();
        System.exit(0);
    }

    /**
     * Keeps listeners from reading their first message before the handlers are registered: an earlier message, as on a
     * busy machine, would stop the kernel from ever replying.
     */
    private static void connect(Channels channels, RapaioKernel kernel) {
        AbstractChannel shell = (AbstractChannel) Calls.field(channels, "shell");
        AbstractChannel control = (AbstractChannel) Calls.field(channels, "control");
        synchronized (shell) {
            synchronized (control) {
                channels.connect(kernel);
            }
        }
        List.of(shell, control, (AbstractChannel) Calls.field(channels, "heartbeat"))
                .forEach(MavenKernel::requireListening);
    }

    /** A listening thread that was started before its run flag was set has ended at once; this starts another. */
    private static void requireListening(AbstractChannel channel) {
        LoopThread begun = (LoopThread) Calls.field(channel, "loopThread");
        try {
            begun.join(SETTLED_MILLIS);
        } catch (InterruptedException e) {
            throw new IllegalStateException("expected the kernel to start, it was interrupted: start it again", e);
        }
        if (!begun.isAlive()) {
            LoopThread another =
                    new LoopThread(begun.getName(), SETTLED_MILLIS, (Runnable) Calls.field(begun, "loopBody"));
            Calls.set(channel, "loopThread", another);
            another.start();
            requireListening(channel);
        }
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
            Signals.handle("INT", number -> control.interrupt());
        } catch (IllegalArgumentException e) {
            System.err.println("Vivace: this process was started so that it ignores interrupts, so the interrupt button"
                    + " does nothing: start Jupyter in the foreground");
        }
    }
}
