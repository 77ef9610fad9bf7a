package org.vivace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Environments of processes in which there is no Jupyter, or one that is only scripts.
 *
 * @param folder of the test, in which everything is written
 */
record FakeJupyter(Path folder) {

    static final String IJAVA = """
            {"argv": ["java", "-jar", "JAR", "{connection_file}"], "display_name": "Java", "language": "java"}""";

    /** Without Jupyter. */
    Map<String, String> bare() {
        return Map.of("PATH", folder.resolve("none").toString(), "JUPYTER_DATA_DIR", data().toString());
    }

    /** Scripts that answer as Jupyter does. */
    Map<String, String> withJupyter(String nbconvert) throws Exception {
        Path bin = Files.createDirectories(folder.resolve("bin"));
        script(bin.resolve("jupyter"), """
                case "$1" in
                    --data-dir) echo '%1$s' ;;
                    --paths) echo '{"data": ["%1$s", "%2$s"]}' ;;
                    nbconvert) shift; . '%3$s' ;;
                    notebook) echo "opened $*${VIVACE_FALLBACK:+ with records}" ;;
                esac
                """.formatted(
                        data(), folder.resolve("shared"), script(bin.resolve("jupyter-nbconvert"), nbconvert)));
        script(bin.resolve("jupyter-notebook"), "");
        return Map.of("PATH", bin + ":/usr/bin:/bin", "HOME", folder.toString());
    }

    private static Path script(Path file, String text) throws Exception {
        Files.writeString(file, "#!/bin/sh\n" + text);
        assertThat(file.toFile().setExecutable(true)).isTrue();
        return file;
    }

    private Path data() {
        return folder.resolve("data");
    }

    Path kernel(String name) {
        return data().resolve("kernels").resolve(name).resolve("kernel.json");
    }

    Path otherKernel(String name, String jar) throws Exception {
        Files.createDirectories(kernel(name).getParent());
        return Files.writeString(kernel(name), IJAVA.replace("JAR", jar));
    }
}
