package org.vivace.jupyter;

import java.util.List;
import java.util.stream.Stream;
import org.rapaio.jupyter.kernel.display.DisplayData;
import org.rapaio.jupyter.kernel.display.DisplayRenderer;
import org.rapaio.jupyter.kernel.display.DisplayTransformer;
import org.rapaio.jupyter.kernel.display.spi.DisplayProvider;

/** A service with which the kernel from Maven shows Vivace's types. */
public final class MavenRenderings implements DisplayProvider {

    @Override
    public List<DisplayRenderer> getDisplayRenderers() {
        return Stream.concat(Renderings.types().stream().map(OfType::new), Stream.of(new PlainText()))
                .toList();
    }

    @Override
    public List<DisplayTransformer> getDisplayTransformers() {
        return List.of();
    }

    private record OfType(Class<?> rendererClass) implements DisplayRenderer {

        /** If a cell requests a MIME type, the kernel's own renderers answer. */
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

    /** Other types are shown as plain text, as in IJava; the kernel would treat it as HTML and lose line breaks. */
    private static final class PlainText implements DisplayRenderer {

        @Override
        public Class<?> rendererClass() {
            return Object.class;
        }

        @Override
        public boolean canRender(String mime) {
            return mime == null;
        }

        @Override
        public DisplayData render(String mime, Object value) {
            return DisplayData.fromText(value.toString());
        }
    }
}
