package org.vivace.measure;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A processor's name and its flags that matter for the speed of training. */
record CpuInfo(String model, List<String> flags) {

    static final String UNKNOWN = "unknown";

    private static final List<String> RELEVANT = List.of(
            "avx2",
            "fma",
            "avx512f",
            "avx512_bf16",
            "avx512_fp16",
            "avx512_vnni",
            "amx_tile",
            "amx_bf16",
            "amx_int8",
            "asimd",
            "bf16",
            "i8mm",
            "sve",
            "sve2");

    /** Reads the text of Linux's {@code /proc/cpuinfo}, whose keys differ between x86 and Arm. */
    static CpuInfo parse(String text) {
        List<String> flags = value(text, "flags")
                .or(() -> value(text, "Features"))
                .map(line -> Arrays.asList(line.split("\\s+")))
                .orElse(List.of());
        String model = value(text, "model name")
                .or(() -> value(text, "Model"))
                .or(() -> value(text, "CPU part").map(part -> "Arm part " + part))
                .orElse(UNKNOWN);
        return new CpuInfo(
                model,
                RELEVANT.stream()
                        .filter(flags::contains)
                        .map(flag -> flag.equals("asimd") ? "neon" : flag)
                        .toList());
    }

    private static Optional<String> value(String text, String key) {
        return text.lines()
                .filter(line -> line.startsWith(key) && line.contains(":"))
                .filter(line -> line.substring(0, line.indexOf(':')).strip().equals(key))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .filter(found -> !found.isEmpty())
                .findFirst();
    }
}
