package org.vivace.jupyter;

import com.google.gson.GsonBuilder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** The text of a notebook that has not been run. */
final class NewNotebook {

    private NewNotebook() {}

    /** @param cells their code */
    static String of(List<String> cells) {
        Map<String, Object> notebook = new LinkedHashMap<>();
        notebook.put(
                "cells",
                IntStream.range(0, cells.size())
                        .mapToObj(i -> cell(i, cells.get(i)))
                        .toList());
        notebook.put(
                "metadata", Map.of("kernelspec", Map.of("name", "java", "display_name", "Java", "language", "java")));
        notebook.put("nbformat", 4);
        notebook.put("nbformat_minor", 5);
        return new GsonBuilder().serializeNulls().create().toJson(notebook);
    }

    private static Map<String, Object> cell(int index, String source) {
        Map<String, Object> cell = new LinkedHashMap<>();
        cell.put("cell_type", "code");
        cell.put("execution_count", null);
        cell.put("id", "cell-" + (index + 1));
        cell.put("metadata", Map.of());
        cell.put("outputs", List.of());
        cell.put("source", source);
        return cell;
    }
}
