package org.vivace.jupyter;

import com.google.gson.GsonBuilder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The content of a kernel.json, with which Jupyter starts a kernel.
 *
 * @param displayName shown in the menu
 * @param argv the command, with {@code {connection_file}} in place of that file's name
 * @param env added to Jupyter's own
 * @param interruptMode {@code signal} or {@code message}
 * @param kind {@code ijava} or {@code maven}
 */
public record KernelSpec(
        String displayName, List<String> argv, Map<String, String> env, String interruptMode, String kind) {

    /** The key in the metadata of Vivace's kernels. */
    static final String MARK = "vivace";

    public KernelSpec {
        argv = List.copyOf(argv);
        env = Map.copyOf(env);
    }

    /** The same text for the same kernel. */
    public String toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("argv", argv);
        json.put("display_name", displayName);
        json.put("language", "java");
        json.put("interrupt_mode", interruptMode);
        json.put("env", new java.util.TreeMap<>(env));
        json.put("metadata", Map.of(MARK, Map.of("kernel", kind)));
        return new GsonBuilder()
                        .setPrettyPrinting()
                        .disableHtmlEscaping()
                        .create()
                        .toJson(json) + "\n";
    }
}
