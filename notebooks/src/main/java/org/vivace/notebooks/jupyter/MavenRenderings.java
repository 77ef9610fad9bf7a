package org.vivace.notebooks.jupyter;

import java.util.List;
import org.rapaio.jupyter.kernel.display.DisplayData;
import org.rapaio.jupyter.kernel.display.DisplayRenderer;
import org.rapaio.jupyter.kernel.display.DisplayTransformer;
import org.rapaio.jupyter.kernel.display.spi.DisplayProvider;

/** Tells the kernel from Maven, which looks for this as a service, how to show our types. */
public final class MavenRenderings implements DisplayProvider {

    @Override
    public List<DisplayRenderer> getDisplayRenderers() {
        return Renderings.types().stream().<DisplayRenderer>map(OfType::new).toList();
    }

    @Override
    public List<DisplayTransformer> getDisplayTransformers() {
        return List.of();
    }

    private record OfType(Class<?> rendererClass) implements DisplayRenderer {

        /** Where a cell asks for a type of its choice, the kernel's own renderers answer. */
        @Override
        public boolean canRender(String mime) {
            return mime == null;
        }

        @Override
        public DisplayData render(String mime, Object value) {
            Rendered rendered = Renderings.of(value).orElseThrow();
            DisplayData data = DisplayData.fromText("");
            rendered.data().forEach(data::putData);
            rendered.metadata().forEach(data::putMetaData);
            return data;
        }
    }
}
