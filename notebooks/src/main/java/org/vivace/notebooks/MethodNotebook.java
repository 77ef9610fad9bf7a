package org.vivace.notebooks;

import java.util.Locale;

/** The notebook that measures one method. */
final class MethodNotebook {

    /** Where results of longer runs are kept, a file for each method. */
    static final String KEPT = ReadmeTable.RESULTS + "/methods";

    private MethodNotebook() {}

    /** A method's name as its card, notebook and records have it: {@code fused-adamw}. */
    static String kebab(String method) {
        return method.replaceAll("(?<=[a-z])(?=[A-Z][a-z])", "-").toLowerCase(Locale.ROOT);
    }
}
