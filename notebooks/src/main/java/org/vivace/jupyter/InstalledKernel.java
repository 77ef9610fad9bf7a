package org.vivace.jupyter;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * A kernel known to Jupyter.
 *
 * @param folder of its kernel.json
 * @param spec the content of that
 */
public record InstalledKernel(Path folder, JsonObject spec) {

    /** Whether it is one of Vivace's, which may be overwritten. */
    public boolean isOurs() {
        JsonElement metadata = spec.get("metadata");
        return metadata != null
                && metadata.isJsonObject()
                && metadata.getAsJsonObject().has(KernelSpec.MARK);
    }

    /** {@code Java, in FOLDER}. */
    public String named() {
        JsonElement name = spec.get("display_name");
        return (name == null ? "a kernel" : name.getAsString()) + ", in " + folder;
    }

    /** The jar of IJava, if this kernel runs it and it still exists. */
    Optional<Path> ijava() {
        return arguments()
                .flatMap(each -> Arrays.stream(each.split(java.io.File.pathSeparator)))
                .filter(each -> each.matches("(?i)(.*/)?ijava[^/]*\\.jar"))
                .map(each -> folder.resolve(each.replace("{resource_dir}", folder.toString())))
                .filter(Files::isReadable)
                .findFirst();
    }

    private Stream<String> arguments() {
        JsonElement argv = spec.get("argv");
        return argv instanceof JsonArray all
                ? StreamSupport.stream(all.spliterator(), false).map(JsonElement::getAsString)
                : Stream.empty();
    }
}
