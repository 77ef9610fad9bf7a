package org.vivace.bench;

import java.util.Map;
import java.util.TreeMap;

/** How the C library allocates memory in this process; the launcher sets it for both sides of a comparison. */
public final class Allocator {

    private Allocator() {}

    /** The environment's settings that differ from the C library's defaults. */
    public static Map<String, String> settings() {
        Map<String, String> settings = new TreeMap<>();
        System.getenv().forEach((name, value) -> {
            if (name.startsWith("MALLOC_") || name.equals("GLIBC_TUNABLES") || name.equals("THP_MEM_ALLOC_ENABLE")) {
                settings.put(name, value);
            }
        });
        return settings;
    }
}
